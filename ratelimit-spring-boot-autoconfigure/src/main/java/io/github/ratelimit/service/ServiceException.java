package io.github.ratelimit.service;

import java.io.Serial;

/**
 * Ends a request with a problem document.
 */
final class ServiceException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient ServiceProblem problem;

	ServiceException(ServiceProblem problem) {
		super(problem.detail(), null, false, false);
		this.problem = problem;
	}

	/**
	 * Create the exception for a field that is wrong.
	 * @param field name of the field or parameter
	 * @param reason what it should be, a clause
	 */
	static ServiceException badRequest(String field, String reason) {
		return new ServiceException(ServiceProblem.badRequest(field, reason));
	}

	ServiceProblem problem() {
		return this.problem;
	}

}

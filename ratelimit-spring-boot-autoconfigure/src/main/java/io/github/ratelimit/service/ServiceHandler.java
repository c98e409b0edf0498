package io.github.ratelimit.service;

/**
 * Answers requests of one path and method.
 */
@FunctionalInterface
interface ServiceHandler {

	/**
	 * Answer a request.
	 * @throws ServiceException if the answer is a problem
	 * @throws Exception if it fails
	 */
	ServiceAnswer handle(ServiceRequest request) throws Exception;

}

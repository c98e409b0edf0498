package io.github.ratelimit.aop;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at start-up where a {@link io.github.ratelimit.annotation.RateLimited
 * &#64;RateLimited} cannot do what it says.
 */
public class InvalidRateLimitedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	InvalidRateLimitedException(String problem, String remedy) {
		this(problem, remedy, null);
	}

	InvalidRateLimitedException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem + " " + remedy, cause);
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Return what is wrong, and where.
	 * @return one or more sentences
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return one or more sentences
	 */
	public String getRemedy() {
		return this.remedy;
	}

}

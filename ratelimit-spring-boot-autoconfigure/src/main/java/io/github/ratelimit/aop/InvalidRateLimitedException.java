package io.github.ratelimit.aop;

import java.io.Serial;

import io.github.ratelimit.check.Check;
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

	private final @Nullable Check check;

	InvalidRateLimitedException(String problem, String remedy) {
		this(problem, remedy, null, null);
	}

	InvalidRateLimitedException(String problem, String remedy, @Nullable Throwable cause) {
		this(problem, remedy, null, cause);
	}

	private InvalidRateLimitedException(String problem, String remedy, @Nullable Check check,
			@Nullable Throwable cause) {
		super(problem + " " + remedy, cause);
		this.problem = problem;
		this.remedy = remedy;
		this.check = check;
	}

	/**
	 * Create the exception for an annotation that has no effect.
	 */
	static InvalidRateLimitedException ineffective(String problem, String remedy) {
		return new InvalidRateLimitedException(problem, remedy, Check.UNREACHABLE_METHOD, null);
	}

	/**
	 * Return the check that found it.
	 * @return the check, whose severity can be set; {@code null} if it stops the start in
	 * any case
	 */
	public @Nullable Check getCheck() {
		return this.check;
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

package io.github.ratelimit.web.servlet;

import java.io.IOException;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers a refused request. A bean of this type replaces the answer of the starter.
 * <p>
 * The header fields that tell where the caller stands are on the response already;
 * {@code Retry-After} is a part of the answer.
 */
@FunctionalInterface
public interface RateLimitResponseWriter {

	/**
	 * Write status, header fields and body.
	 * @param request the refused request
	 * @param response the response, not committed
	 * @param decision the refusal
	 * @throws IOException if the response cannot be written
	 */
	void write(HttpServletRequest request, HttpServletResponse response, RateLimitDecision decision) throws IOException;

	/**
	 * Write the answer to a request whose cost cannot be told by what the caller sent. By
	 * default the error page of the application.
	 * @param request the request, which was not charged
	 * @param response the response, not committed
	 * @param problem what is wrong
	 * @throws IOException if the response cannot be written
	 */
	default void write(HttpServletRequest request, HttpServletResponse response, RateLimitProblem problem)
			throws IOException {
		response.sendError(problem.status(), problem.detail());
	}

}

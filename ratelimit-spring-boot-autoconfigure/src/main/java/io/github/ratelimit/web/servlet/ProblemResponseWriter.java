package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers a refused request with a problem document. Safe for use by many threads.
 */
public final class ProblemResponseWriter implements RateLimitResponseWriter {

	private final Function<RateLimitProblem, String> toJson;

	/**
	 * Create a writer.
	 * @param toJson writes a problem as JSON
	 */
	public ProblemResponseWriter(Function<RateLimitProblem, String> toJson) {
		this.toJson = Objects.requireNonNull(toJson, "toJson must not be null");
	}

	@Override
	public void write(HttpServletRequest request, HttpServletResponse response, RateLimitDecision decision)
			throws IOException {
		write(request, response,
				RateLimitProblem.of(decision, (status) -> ServletRequests.policyName(request, status)));
	}

	@Override
	public void write(HttpServletRequest request, HttpServletResponse response, RateLimitProblem problem)
			throws IOException {
		response.setStatus(problem.status());
		if (problem.retryAfter() != null) {
			response.setHeader("Retry-After", Long.toString(problem.retryAfter()));
		}
		response.setContentType(RateLimitProblem.MEDIA_TYPE);
		write(response, this.toJson.apply(problem));
		response.flushBuffer();
	}

	private static void write(HttpServletResponse response, String json) throws IOException {
		ServletOutputStream out;
		try {
			out = response.getOutputStream();
		}
		catch (IllegalStateException ex) {
			// Whoever was refused has begun to write by the other means
			response.getWriter().write(json);
			return;
		}
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		response.setContentLength(body.length);
		out.write(body);
	}

}

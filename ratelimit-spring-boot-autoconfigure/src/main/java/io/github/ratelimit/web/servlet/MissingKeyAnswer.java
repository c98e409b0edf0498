package io.github.ratelimit.web.servlet;

import java.io.IOException;

import io.github.ratelimit.identity.MissingKey;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers requests that do not tell whose count they are charged to.
 *
 * @param writer writes the answer
 */
record MissingKeyAnswer(RateLimitResponseWriter writer) {

	void write(HttpServletRequest request, HttpServletResponse response, MissingKeyException missing)
			throws IOException {
		if (missing.getAnswer() == MissingKey.UNAUTHORIZED && missing.getHeaders().contains("Authorization")) {
			response.setHeader("WWW-Authenticate", "Bearer");
		}
		this.writer.write(request, response,
				RateLimitProblem.missingKey(missing.getAnswer().status(), missing.getHeaders()));
	}

}

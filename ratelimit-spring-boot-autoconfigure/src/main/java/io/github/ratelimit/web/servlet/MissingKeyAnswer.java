package io.github.ratelimit.web.servlet;

import java.io.IOException;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.identity.MissingKey;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Answers requests that do not tell whose count they are charged to, and says so in the
 * log: where it is the configuration that asks for too much, all callers are turned away.
 * Safe for use by many threads.
 */
final class MissingKeyAnswer {

	private static final Log logger = LogFactory.getLog(MissingKeyAnswer.class);

	private final RateLimitResponseWriter writer;

	private final ThrottledErrors warnings = ThrottledErrors.warnings(logger);

	MissingKeyAnswer(RateLimitResponseWriter writer) {
		this.writer = writer;
	}

	void write(HttpServletRequest request, HttpServletResponse response, MissingKeyException missing)
			throws IOException {
		int status = missing.getAnswer().status();
		this.warnings.report("A request was answered with " + status
				+ " and charged nothing, because it does not tell whose count it is: " + missing.getKey()
				+ " is missing", null);
		if (missing.getAnswer() == MissingKey.UNAUTHORIZED && missing.getHeaders().contains("Authorization")) {
			response.setHeader("WWW-Authenticate", "Bearer");
		}
		this.writer.write(request, response, RateLimitProblem.missingKey(status, missing.getHeaders()));
	}

}

package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.Objects;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.identity.MissingKeyException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers refusals by what a controller calls, annotated methods and limiters, before an
 * application's advice for all exceptions can make a server error of them. An advice of
 * the application's that is to come first has {@link Ordered#HIGHEST_PRECEDENCE}.
 */
@ControllerAdvice
@Order(RateLimitExceptionHandler.ORDER)
public class RateLimitExceptionHandler {

	/**
	 * Place among the application's advices.
	 */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final RateLimitResponseWriter writer;

	private final ServletRequests requests;

	private final MissingKeyAnswer missingKey;

	/**
	 * Create a handler.
	 * @param writer answers refused requests
	 * @param requests what is known of requests
	 */
	public RateLimitExceptionHandler(RateLimitResponseWriter writer, ServletRequests requests) {
		this.writer = Objects.requireNonNull(writer, "writer must not be null");
		this.requests = Objects.requireNonNull(requests, "requests must not be null");
		this.missingKey = new MissingKeyAnswer(writer);
	}

	/**
	 * Answer a refusal.
	 * @param ex the refusal
	 * @param request the request
	 * @param response the response
	 * @throws IOException if the response cannot be written
	 * @throws RateLimitExceededException if a part of another response was sent already
	 */
	@ExceptionHandler
	void handle(RateLimitExceededException ex, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (response.isCommitted()) {
			throw ex;
		}
		response.resetBuffer();
		this.requests.decisions(request, response).addRefusal(ex);
		this.writer.write(request, response, ex.getDecision());
	}

	/**
	 * Answer a request that does not tell whose count it is charged to.
	 * @param ex what is missing
	 * @param request the request
	 * @param response the response
	 * @throws IOException if the response cannot be written
	 * @throws MissingKeyException if a part of another response was sent already
	 */
	@ExceptionHandler
	void handle(MissingKeyException ex, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (response.isCommitted()) {
			throw ex;
		}
		response.resetBuffer();
		this.missingKey.write(request, response, ex);
	}

}

package io.github.ratelimit.web.servlet;

import java.io.IOException;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RateLimitExceptionHandler}.
 */
class RateLimitExceptionHandlerTests {

	private final RateLimitExceptionHandler handler = new RateLimitExceptionHandler(
			new ProblemResponseWriter((problem) -> problem.title()));

	private final RateLimitExceededException refusal = new RateLimitExceededException("ai",
			RateLimitDecision.unavailable());

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@Test
	void refusalReplacesWhatWasNotSentYet() throws IOException {
		this.response.getWriter().write("begun");
		this.handler.handle(this.refusal, new MockHttpServletRequest(), this.response);
		assertThat(this.response.getStatus()).isEqualTo(503);
		assertThat(this.response.getContentAsString()).isEqualTo("Temporary reduced capacity");
	}

	@Test
	void refusalIsNotAddedToWhatWasSent() throws IOException {
		this.response.getWriter().write("sent");
		this.response.flushBuffer();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> this.handler.handle(this.refusal, new MockHttpServletRequest(), this.response))
			.isSameAs(this.refusal);
		assertThat(this.response.getStatus()).isEqualTo(200);
		assertThat(this.response.getContentAsString()).isEqualTo("sent");
	}

}

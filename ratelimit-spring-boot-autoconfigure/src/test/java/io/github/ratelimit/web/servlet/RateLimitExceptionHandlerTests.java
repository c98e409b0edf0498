package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.identity.ClientAddressSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.web.http.HeaderStyle;
import io.github.ratelimit.web.http.RateLimitHeaders;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link RateLimitExceptionHandler}.
 */
class RateLimitExceptionHandlerTests {

	private final RateLimitExceptionHandler handler = new RateLimitExceptionHandler(
			new ProblemResponseWriter((problem) -> problem.title()),
			new ServletRequests(new RateLimitHeaders(Set.of(HeaderStyle.X_RATELIMIT, HeaderStyle.DRAFT)),
					Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC), new ServletClientAddresses(
							new ClientAddressResolver(ClientAddressSettings.DEFAULTS), new Findings(Check::severity))));

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

	@Test
	void refusalOfALimiterThatCodeHasAskedIsToldInHeaderFields() throws IOException {
		RateLimiter mails = RateLimiter.of("mails", InMemoryRateLimitStore.create(10, () -> 0),
				Limit.of("2/m").withAlgorithm(Algorithm.SLIDING_WINDOW), Limit.of("100/d").withName("day"));
		mails.tryAcquire("alice", 2);
		RateLimitExceededException beyond = catchThrowableOfType(RateLimitExceededException.class,
				() -> mails.checkOrThrow("alice"));
		this.handler.handle(beyond, new MockHttpServletRequest(), this.response);
		assertThat(this.response.getStatus()).isEqualTo(429);
		assertThat(this.response.getHeader("X-RateLimit-Limit")).isEqualTo("2");
		assertThat(this.response.getHeader("X-RateLimit-Remaining")).isEqualTo("0");
		assertThat(this.response.getHeader("X-RateLimit-Reset")).isEqualTo("1060");
		assertThat(this.response.getHeader("RateLimit")).isEqualTo("\"mails\";r=0;t=60");
	}

}

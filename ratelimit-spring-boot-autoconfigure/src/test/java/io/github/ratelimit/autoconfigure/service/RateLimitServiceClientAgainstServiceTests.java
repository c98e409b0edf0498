package io.github.ratelimit.autoconfigure.service;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.service.ServiceApplication.Nothing;
import io.github.ratelimit.client.RateLimitServiceClient;
import io.github.ratelimit.client.RateLimitServiceClientSettings;
import io.github.ratelimit.client.ServiceBatchDecision;
import io.github.ratelimit.client.ServiceCheck;
import io.github.ratelimit.client.ServiceDecision;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RateLimitServiceClient} with the service itself.
 */
class RateLimitServiceClientAgainstServiceTests {

	private static ServiceApplication service;

	private static RateLimitServiceClient client;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(Nothing.class, "ratelimit.rules.configured[0].client=raised",
				"ratelimit.rules.configured[0].endpoint=small", "ratelimit.rules.configured[0].rate=7/90s");
		client = client(service, ServiceApplication.CHECK_KEY);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void decisionsAreThoseOfTheService() {
		ServiceDecision first = client.check("one", "small");
		assertThat(first.outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(first.decidedBy()).isEqualTo(DecidedBy.SERVICE);
		assertThat(first.limit()).isEqualTo(2);
		assertThat(first.remaining()).isEqualTo(1);
		assertThat(first.window()).isEqualTo(Duration.ofDays(1));
		assertThat(first.retryAfter()).isZero();
		assertThat(first.resetAt()).isBetween(Instant.now().plus(Duration.ofHours(11)),
				Instant.now().plus(Duration.ofHours(13)));
		assertThat(client.check("one", "small", 0).remaining()).isEqualTo(1);
		assertThat(client.check("one", "small", 2).outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(client.check("one", "small", 3).retryAfter()).isNull();
		assertThat(client.check("one", "small").allowed()).isTrue();
		assertThat(client.check("one", "small").retryAfter()).isBetween(Duration.ofHours(11), Duration.ofHours(12));
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> client.checkOrThrow("one", "small"))
			.satisfies((ex) -> assertThat(ex.getDecision().refusedBy()).containsExactly("small"));
		assertThat(client.check("one").limit()).isEqualTo(100);
		assertThat(client.check("raised", "small").window()).isEqualTo(Duration.ofSeconds(90));
	}

	@Test
	void severalAreDecidedTogetherOrEachByItself() {
		List<ServiceCheck> checks = List.of(ServiceCheck.of("several", "large"),
				ServiceCheck.of("several", "small").withCost(2), ServiceCheck.of("several").withPlan("gold"));
		assertThat(client.checkTogether(checks).allowed()).isTrue();
		ServiceBatchDecision together = client.checkTogether(checks);
		assertThat(together.allowed()).isFalse();
		assertThat(together.decisions()).hasSize(3).allMatch((decision) -> decision.decidedBy() == DecidedBy.SERVICE);
		assertThat(client.check("several", "large", 0).remaining()).isEqualTo(99);
		assertThat(client.checkEach(checks).decisions()).extracting(ServiceDecision::allowed)
			.containsExactly(true, false, true);
		assertThat(client.check("several", "large", 0).remaining()).isEqualTo(98);
		assertThat(client.checkEach(Collections.nCopies(100, ServiceCheck.of("x".repeat(140)))).decisions())
			.hasSize(100);
	}

	@Test
	void wrongChecksAreTheCallersFault() {
		assertThatIllegalArgumentException().isThrownBy(() -> client.check("one", "smal"))
			.withMessageContaining("'limit_key'");
		assertThatIllegalArgumentException().isThrownBy(() -> client.check("one\u0000"))
			.withMessageContaining("'client_id'");
		assertThatIllegalArgumentException().isThrownBy(() -> client.check("half \uD83D"));
		assertThatIllegalArgumentException().isThrownBy(() -> client.check("x".repeat(1000)))
			.withMessageContaining("'client_id'");
		assertThatIllegalArgumentException().isThrownBy(() -> client.check("x".repeat(100_000)))
			.withMessageContaining("bytes");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> client.checkEach(Collections.nCopies(101, ServiceCheck.of("one"))))
			.withMessageContaining("'checks'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> client.checkEach(List.of(ServiceCheck.of("one"), ServiceCheck.of("one", "smal"))))
			.withMessageContaining("'checks[1].limit_key'");
		assertThat(client.check("one", "large").decidedBy()).isEqualTo(DecidedBy.SERVICE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "wrong-key-0123456789abcdef", "x" })
	void wrongKeyIsLeftToTheFailureMode(String key) {
		assertThat(client(service, key).check("one").decidedBy()).isEqualTo(DecidedBy.FAILURE_MODE);
		assertThat(client(service, ServiceApplication.ADMIN_KEY).check("one").decidedBy()).isEqualTo(DecidedBy.SERVICE);
	}

	@Test
	void refusalsMayHaveAStatusOfTheirOwnBelowABasePath() {
		try (ServiceApplication other = ServiceApplication.start(Nothing.class, "ratelimit.service.base-path=/limits",
				"ratelimit.service.refusal-status=429")) {
			RateLimitServiceClient below = RateLimitServiceClient
				.create(settings(URI.create("http://127.0.0.1:" + other.port() + "/limits"))
					.withApiKey(ServiceApplication.CHECK_KEY));
			assertThat(below.check("one", "small", 2).allowed()).isTrue();
			ServiceDecision refused = below.check("one", "small");
			assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
			assertThat(refused.decidedBy()).isEqualTo(DecidedBy.SERVICE);
			assertThat(below.checkTogether(List.of(ServiceCheck.of("one", "small"))).allowed()).isFalse();
		}
	}

	@Test
	void serviceThatCannotDecideIsObeyed() {
		try (ServiceApplication other = ServiceApplication.start(Undecided.class)) {
			RateLimitServiceClient asking = client(other, ServiceApplication.CHECK_KEY);
			assertThat(asking.check("one")).isEqualTo(ServiceDecision.untold(Outcome.UNAVAILABLE, DecidedBy.SERVICE));
			assertThat(asking.checkEach(List.of(ServiceCheck.of("one"))).allowed()).isFalse();
			assertThat(asking.checkTogether(List.of(ServiceCheck.of("one"))).allowed()).isFalse();
		}
	}

	private static RateLimitServiceClient client(ServiceApplication service, String key) {
		return RateLimitServiceClient
			.create(settings(URI.create("http://127.0.0.1:" + service.port())).withApiKey(key));
	}

	private static RateLimitServiceClientSettings settings(URI url) {
		return RateLimitServiceClientSettings.of(url).withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));
	}

	/**
	 * A store that never decides, whose failure mode is to refuse.
	 */
	static class Undecided {

		@Bean
		RateLimitStore undecidedStore() {
			return new RateLimitStore() {

				@Override
				public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
					return CompletableFuture.completedFuture(RateLimitDecision.unavailable());
				}

				@Override
				public CompletionStage<Void> reset(List<Counter> counters) {
					return CompletableFuture.completedFuture(null);
				}

			};
		}

	}

}

package io.github.ratelimit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class RateLimiterHealthIndicatorTests {

	private static final StoreStatus CONNECTED = new StoreStatus("redis", true, "redis.example.org:6379", "7.0.15");

	@Test
	void isUpWithWhatIsKnownOfTheStore() {
		Health health = health(store(CONNECTED), true);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsExactlyInAnyOrderEntriesOf(Map.of("store", "redis", "connected", true,
				"host", "redis.example.org:6379", "serverVersion", "7.0.15"));
	}

	@Test
	void isUpInMemory() {
		Health health = health(InMemoryRateLimitStore.create(), true);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails())
			.containsExactlyInAnyOrderEntriesOf(Map.of("store", "memory", "connected", true));
	}

	@Test
	void isUpWhileDegraded() {
		Health health = health(new UnreachableStore(), false);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("connected", false)
			.containsEntry("degradedSince", UnreachableStore.DEGRADED_SINCE);
	}

	@Test
	void showsWhereRulesComeFromAndSinceWhenTheyCannotBeRead() {
		Rules rules = Rules.none();
		rules.report(new RulesStatus(RulesStatus.Source.REPOSITORY, Instant.EPOCH, null, null, List.of()));
		assertThat(health(store(CONNECTED), rules, true).getDetails()).containsEntry("rules", "repository")
			.doesNotContainKey("rulesFailingSince");
		Instant since = Instant.parse("2026-11-21T03:12:45Z");
		rules.report(new RulesStatus(RulesStatus.Source.CONFIGURATION, null, since, "refused", List.of()));
		Health health = health(store(CONNECTED), rules, true);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("rules", "configuration")
			.containsEntry("rulesFailingSince", since);
	}

	@Test
	void showsTheCircuitBreakerWhyAndWhenTheStoreIsTriedNext() {
		assertThat(health(new UnreachableStore(), false).getDetails()).containsEntry("circuitBreaker", "open")
			.containsEntry("failures", 5)
			.containsEntry("untilNextTry", 7L)
			.containsEntry("lastFailure", "java.net.ConnectException: Connection refused");
	}

	@Test
	void showsThatTheStoreIsBeingTried() {
		RateLimitStore store = store(CONNECTED.withCircuitBreaker(
				new CircuitBreakerStatus(CircuitBreakerStatus.State.HALF_OPEN, 6, Duration.ZERO),
				UnreachableStore.DEGRADED_SINCE));
		assertThat(health(store, false).getDetails()).containsEntry("circuitBreaker", "half-open")
			.containsEntry("untilNextTry", 0L);
	}

	@Test
	void isUpAndShowsNoNextTryWhileTheCircuitBreakerIsClosed() {
		RateLimitStore store = store(CONNECTED
			.withCircuitBreaker(new CircuitBreakerStatus(CircuitBreakerStatus.State.CLOSED, 2, null), null));
		assertThat(health(store, true).getStatus()).isEqualTo(Status.UP);
		assertThat(health(store, true).getDetails()).containsEntry("circuitBreaker", "closed")
			.containsEntry("failures", 2)
			.doesNotContainKeys("untilNextTry", "lastFailure", "degradedSince");
	}

	@Test
	void isUpWithWarningsAndTheInstancesLastSeen() {
		RateLimitStore store = store(
				CONNECTED.withInstances(3).withWarnings(List.of("maxmemory-policy is allkeys-lru")));
		assertThat(health(store, true).getStatus()).isEqualTo(Status.UP);
		assertThat(health(store, true).getDetails()).containsEntry("instances", 3)
			.containsEntry("warnings", List.of("maxmemory-policy is allkeys-lru"));
	}

	@Test
	void isDownWhileDegradedWhereToldSo() {
		Health health = health(new UnreachableStore(), true);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("degradedSince", UnreachableStore.DEGRADED_SINCE);
	}

	@Test
	void takesAStoreThatAnswersAgainForDegradedUntilItDecides() {
		RateLimitStore store = store(
				CONNECTED.withCircuitBreaker(UnreachableStore.OPEN, UnreachableStore.DEGRADED_SINCE));
		assertThat(health(store, true).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void takesAStoreThatDoesNotAnswerForDegradedBeforeARequestTellsSo() {
		RateLimitStore store = store(new StoreStatus("redis", false, "redis.example.org:6379", null));
		assertThat(health(store, true).getStatus()).isEqualTo(Status.DOWN);
		assertThat(health(store, false).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void takesAStoreThatCannotTellItsStatusForDegraded() {
		RateLimitStore store = mock(RateLimitStore.class);
		given(store.status()).willThrow(new IllegalStateException("No connection"));
		assertThat(health(store, true).getStatus()).isEqualTo(Status.DOWN);
		assertThat(health(store, false).getStatus()).isEqualTo(Status.UP);
		assertThat(health(store, false).getDetails()).containsEntry("error",
				"java.lang.IllegalStateException: No connection");
	}

	private static RateLimitStore store(StoreStatus status) {
		RateLimitStore store = mock(RateLimitStore.class);
		given(store.status()).willReturn(status);
		return store;
	}

	private static Health health(RateLimitStore store, boolean downWhenDegraded) {
		return health(store, Rules.none(), downWhenDegraded);
	}

	private static Health health(RateLimitStore store, Rules rules, boolean downWhenDegraded) {
		return new RateLimiterHealthIndicator(store, rules, downWhenDegraded).health();
	}

}

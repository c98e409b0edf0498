package io.github.ratelimit.example;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link TableRateLimitStore} does beyond its contract: with time, with
 * several instances on one table, and where the table fails.
 */
class TableRateLimitStoreTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final InstantSource clock = this.time::get;

	private final MapTable table = new MapTable();

	private final ExecutorService executor = Executors.newFixedThreadPool(4);

	private final RateLimitStore store = new TableRateLimitStore(this.table, this.executor, this.clock);

	@AfterEach
	void shutDown() {
		this.executor.shutdownNow();
	}

	@Test
	void unitsComeBackWithTime() {
		RateLimiter limiter = RateLimiter.of("mail", this.store, Limit.of("2/m"));
		assertThat(limiter.tryAcquire("alice", 2).allowed()).isTrue();
		assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofSeconds(30));
		this.time.updateAndGet((now) -> now.plusSeconds(30));
		assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
		assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
	}

	@Test
	void itemMayLeaveWhenAllUnitsAreBack() {
		RateLimiter limiter = RateLimiter.of("mail", this.store, Limit.of("2/m"), Limit.of("100/d").withName("day"));
		limiter.tryAcquire("alice", 2);
		assertThat(this.table.items()).extracting((item) -> Duration.between(this.time.get(), item.expires()))
			.containsExactlyInAnyOrder(Duration.ofMinutes(1), Duration.ofDays(1).dividedBy(50));
	}

	@Test
	void refusalWritesNothing() {
		RateLimiter limiter = RateLimiter.of("mail", this.store, Limit.of("2/m"), Limit.of("1/d").withName("day"));
		limiter.tryAcquire("alice");
		Collection<Table.Item> before = this.table.items();
		assertThat(limiter.tryAcquire("alice").refusedBy()).containsExactly("day");
		assertThat(this.table.items()).containsExactlyInAnyOrderElementsOf(before);
	}

	@Test
	void instancesOnOneTableCountAsOne() throws Exception {
		Limit limit = Limit.of("1/d").withBurst(200);
		List<RateLimiter> instances = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			instances
				.add(RateLimiter.of("mail", new TableRateLimitStore(this.table, Runnable::run, this.clock), limit));
		}
		List<CompletableFuture<Integer>> admitted = instances.stream()
			.map((instance) -> CompletableFuture.supplyAsync(() -> admitted(instance), this.executor))
			.toList();
		int sum = 0;
		for (CompletableFuture<Integer> one : admitted) {
			sum += one.get();
		}
		assertThat(sum).isEqualTo(200);
	}

	private static int admitted(RateLimiter limiter) {
		int admitted = 0;
		while (limiter.tryAcquire("alice").allowed()) {
			admitted++;
		}
		return admitted;
	}

	@Test
	void limitThatItDoesNotCountIsAnError() {
		RateLimiter limiter = RateLimiter.of("mail", this.store,
				Limit.of("2/m").withAlgorithm(Algorithm.SLIDING_WINDOW));
		assertThat(limiter.tryAcquireAsync("alice")).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(IllegalArgumentException.class)
			.withMessageContaining("This store counts token buckets, not SLIDING_WINDOW");
	}

	@Test
	void applicationThatHasABeanOfItCountsInTheTable() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class))
			.withUserConfiguration(TableConfiguration.class)
			.run((context) -> {
				RateLimitDecision decision = context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("alice");
				assertThat(decision.source()).isEqualTo(DecisionSource.CUSTOM);
				assertThat(context.getBean(MapTable.class).items()).hasSize(1);
			});
	}

	/**
	 * As {@code docs/backends.md} has it.
	 */
	@Test
	void failureModeDecidesWhereTheTableFails() {
		Table broken = new Table() {

			@Override
			public Map<String, Item> read(Collection<String> keys) {
				throw new IllegalStateException("The table cannot be reached");
			}

			@Override
			public boolean write(List<Change> changes) {
				throw new IllegalStateException("The table cannot be reached");
			}

			@Override
			public void delete(Collection<String> keys) {
				throw new IllegalStateException("The table cannot be reached");
			}

		};
		try (FailureModeRateLimitStore guarded = new FailureModeRateLimitStore(
				new TableRateLimitStore(broken, this.executor, this.clock), InMemoryRateLimitStore.create(),
				FailureModeSettings.of(LONG).withFailureThreshold(4), () -> 1, new RateLimitListener() {
				})) {
			RateLimiter limiter = RateLimiter.of("mail", guarded, Limit.of("2/d"));
			assertThat(limiter.tryAcquire("alice", 2).source()).isEqualTo(DecisionSource.FAILURE_MODE);
			assertThat(limiter.tryAcquire("alice").outcome()).isEqualTo(Outcome.REFUSED);
			assertThat(limiter.reserve("bob", 2).cancel()).isTrue();
			assertThat(limiter.peek("bob").remaining()).isEqualTo(2);
			assertThat(guarded.status().degradedSince()).isNotNull();
		}
	}

}

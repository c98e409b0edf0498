package io.github.ratelimit.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store does that settles charges; and that one that does not says so.
 */
abstract class SettlementContract extends SeveralLimitsContract {

	private static final Limit TEN = Limit.of("1/d").withBurst(10);

	@Test
	void whatWasChargedIsToldWhereItCanBeSettled() {
		assertThat(acquire("key", TEN, 3).chargedAt() != null).isEqualTo(settles());
		assertThat(acquire("key", TEN, 0).chargedAt()).isNull();
		assertThat(acquire("key", TEN, 8).chargedAt()).isNull();
	}

	@Test
	void storeThatDoesNotSettleSaysSo() {
		RateLimitRequest request = request(charge("key", TEN, 3));
		RateLimitDecision decision = acquire(request);
		if (!settles()) {
			RateLimitSettlement settlement = new RateLimitSettlement(request, decision.chargedAt(Instant.EPOCH),
					List.of(1L));
			assertThat(store().settle(settlement).toCompletableFuture()).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(UnsupportedOperationException.class);
			assertThat(acquire("key", TEN, 0).remaining()).isEqualTo(7);
		}
	}

	@Test
	void lessIsGivenBackAndMoreIsCharged() {
		if (!settles()) {
			return;
		}
		for (Algorithm algorithm : algorithms()) {
			Limit limit = Limit.of(10, Duration.ofDays(400)).withAlgorithm(algorithm);
			settle(List.of(0L), charge("key", limit, 10));
			assertThat(acquire("key", limit, 0).remaining()).as("%s", algorithm).isEqualTo(10);
			settle(List.of(2L), charge("key", limit, 6));
			assertThat(acquire("key", limit, 0).remaining()).as("%s", algorithm).isEqualTo(8);
			settle(List.of(4L), charge("key", limit, 1));
			assertThat(acquire("key", limit, 0).remaining()).as("%s", algorithm).isEqualTo(4);
			settle(List.of(1L), charge("key", limit, 1));
			assertThat(acquire("key", limit, 0).remaining()).as("%s", algorithm).isEqualTo(3);
		}
	}

	@Test
	void moreThanIsLeftIsOwed() {
		if (!settles()) {
			return;
		}
		for (Algorithm algorithm : algorithms()) {
			Limit limit = Limit.of(10, Duration.ofDays(400)).withAlgorithm(algorithm);
			settle(List.of(1_000L), charge("key", limit, 1));
			RateLimitDecision decision = acquire("key", limit, 1);
			assertThat(decision.allowed()).as("%s", algorithm).isFalse();
			assertThat(decision.remaining()).as("%s", algorithm).isZero();
			settle(List.of(Long.MAX_VALUE), charge("other", limit, 1));
			assertThat(acquire("other", limit, 1).remaining()).as("%s", algorithm).isZero();
		}
	}

	@Test
	void everyChargeOfARequestIsSettledWithItsOwnCost() {
		if (!settles()) {
			return;
		}
		Limit day = TEN.withName("day");
		settle(List.of(1L, 4L, 2L), charge("key", TEN, 4), charge("key", day, 1), charge("other", day, 2));
		assertThat(remaining(acquire(charge("key", TEN, 0), charge("key", day, 0), charge("other", day, 0))))
			.containsExactly(9L, 6L, 8L);
	}

	@Test
	void settlementAfterAResetGivesNothing() {
		if (!settles()) {
			return;
		}
		RateLimitRequest request = request(charge("key", TEN, 4));
		RateLimitDecision decision = acquire(request);
		reset("key", TEN);
		acquire("key", TEN, 10);
		join(store().settle(new RateLimitSettlement(request, decision, List.of(0L))).toCompletableFuture());
		assertThat(acquire("key", TEN, 0).remaining()).isBetween(0L, 4L);
	}

	@Test
	void manyThreadsThatSettleUseWhatTheySay() throws InterruptedException {
		if (!settles()) {
			return;
		}
		Limit limit = Limit.of("1/d").withBurst(1_000);
		List<Long> sums = inManyThreads((thread) -> {
			long units = 0;
			for (int i = 0; i < 20; i++) {
				RateLimitRequest request = request(charge("key", limit, 5));
				RateLimitDecision decision = acquire(request);
				if (decision.allowed()) {
					long real = (thread + i) % 4;
					units += real;
					join(store().settle(new RateLimitSettlement(request, decision, List.of(real)))
						.toCompletableFuture());
				}
			}
			return units;
		});
		long used = sums.stream().mapToLong(Long::longValue).sum();
		// What came back meanwhile may not be given back again, a part of a unit here
		assertThat(acquire("key", limit, 0).remaining()).isBetween(1_000 - used - 1, 1_000 - used);
	}

	private void settle(List<Long> costs, Charge... charges) {
		RateLimitRequest request = request(charges);
		RateLimitDecision decision = acquire(request);
		assertThat(decision.allowed()).as("%s", Arrays.toString(charges)).isTrue();
		join(store().settle(new RateLimitSettlement(request, decision, costs)).toCompletableFuture());
	}

}

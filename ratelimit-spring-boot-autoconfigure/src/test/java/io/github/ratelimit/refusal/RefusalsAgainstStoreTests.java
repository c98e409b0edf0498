package io.github.ratelimit.refusal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges.Change;
import io.github.ratelimit.CounterChanges.Kind;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.conformance.RandomCalls;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds what is decided by remembered refusals to what the store decides that has made
 * them.
 */
class RefusalsAgainstStoreTests {

	private static final int CALLS = 60;

	private static final long SECOND = 1_000_000;

	/**
	 * With charges that are settled and counters that are reset in between: each call has
	 * the outcome that it has without.
	 */
	@Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
	void everyOutcomeIsThatOfTheStore(@ForAll("calls") RandomCalls calls, @ForAll long seed) {
		Pair pair = new Pair(calls.limit(), new Random(seed));
		for (RandomCalls.Step step : calls.steps()) {
			pair.pass(step);
			pair.changeSomething();
			pair.assertSameOutcome(step.units(calls.limit()));
		}
	}

	/**
	 * With a second limit beside, that some requests are charged to as well.
	 */
	@Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
	void everyOutcomeOfSeveralLimitsIsThatOfTheStore(@ForAll("calls") RandomCalls calls,
			@ForAll("calls") RandomCalls beside, @ForAll long seed) {
		Random random = new Random(seed);
		Limit other = beside.limit().withName("beside");
		Pair pair = new Pair(calls.limit(), random);
		for (int i = 0; i < CALLS; i++) {
			RandomCalls.Step step = calls.steps().get(i);
			pair.pass(step);
			pair.changeSomething();
			long cost = step.units(calls.limit());
			switch (random.nextInt(4)) {
				case 0 -> pair.assertSameOutcome(cost);
				case 1 -> pair.assertSameOutcome(pair.charge(calls.limit(), cost), pair.charge(other, cost));
				default -> pair.assertSameOutcome(pair.charge(calls.limit(), cost),
						pair.charge(other, beside.steps().get(i).units(other)));
			}
		}
	}

	/**
	 * Two instances whose messages may be lost: what is admitted the store has admitted,
	 * and what is refused wrongly was given back by the other one in the last second.
	 */
	@Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
	void otherInstanceIsWrongForASecondAtMostWhereMessagesAreLost(@ForAll("calls") RandomCalls calls,
			@ForAll long seed) {
		Random random = new Random(seed);
		Instances instances = new Instances(calls.limit(), random);
		for (RandomCalls.Step step : calls.steps()) {
			instances.pass(step);
			if (random.nextInt(4) == 0) {
				instances.reset(random.nextInt(2), random.nextBoolean());
			}
			instances.call(random.nextInt(2), step.units(calls.limit()));
		}
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(CALLS);
	}

	private static RateLimitRequest request(Charge... charges) {
		return new RateLimitRequest(List.of(charges), FailureMode.CLOSED);
	}

	private static RateLimitDecision acquire(RateLimitStore store, RateLimitRequest request) {
		return store.acquire(request).toCompletableFuture().join();
	}

	/**
	 * Time passes as the steps have it, often by so little that refusals still hold.
	 */
	private static void pass(ManualClock clock, RandomCalls.Step step, Limit limit) {
		long micros = Math.max(0, step.at(clock.micros(), limit) - clock.micros());
		clock.passMicros((step.takesRest()) ? micros % SECOND : micros);
	}

	/**
	 * A store, and one like it with remembered refusals before it.
	 */
	private static final class Pair {

		private final ManualClock clock = new ManualClock();

		private final SharedStub plain = new SharedStub(this.clock);

		private final SharedStub shared = new SharedStub(this.clock);

		private final RefusalCachingRateLimitStore cached = new RefusalCachingRateLimitStore(this.shared, 8,
				new HeardChanges(), this.clock::nanos);

		private final List<Charged> open = new ArrayList<>();

		private final Limit limit;

		private final Random random;

		Pair(Limit limit, Random random) {
			this.limit = limit;
			this.random = random;
		}

		void pass(RandomCalls.Step step) {
			RefusalsAgainstStoreTests.pass(this.clock, step, this.limit);
		}

		Charge charge(Limit limit, long cost) {
			return new Charge(new Counter("api", "key", limit), cost);
		}

		void changeSomething() {
			if (this.random.nextInt(10) == 0) {
				List<Counter> counters = List.of(charge(this.limit, 0).counter());
				this.plain.reset(counters);
				this.cached.reset(counters);
				this.open.clear();
			}
			if (!this.open.isEmpty() && this.random.nextInt(3) == 0) {
				Charged charged = this.open.remove(this.random.nextInt(this.open.size()));
				List<Long> costs = charged.request.charges()
					.stream()
					.map((charge) -> this.random.nextLong(1 + Math.min(2 * charge.cost(), 1L << 40)))
					.toList();
				this.plain.settle(new RateLimitSettlement(charged.request, charged.plain, costs));
				this.cached.settle(new RateLimitSettlement(charged.request, charged.cached, costs));
			}
		}

		void assertSameOutcome(long cost) {
			assertSameOutcome(charge(this.limit, cost));
		}

		void assertSameOutcome(Charge... charges) {
			RateLimitRequest request = request(charges);
			RateLimitDecision expected = acquire(this.plain, request);
			RateLimitDecision decision = acquire(this.cached, request);
			assertThat(decision.outcome()).as("%s", request).isEqualTo(expected.outcome());
			if (decision.source() == DecisionSource.REFUSAL_CACHE) {
				assertWaitsAreLeast(decision, expected);
			}
			else {
				assertThat(decision).isEqualTo(expected);
			}
			if (expected.chargedAt() != null) {
				this.open.add(new Charged(request, expected, decision));
			}
		}

		private void assertWaitsAreLeast(RateLimitDecision decision, RateLimitDecision expected) {
			for (int i = 0; i < decision.limits().size(); i++) {
				LimitStatus told = decision.limits().get(i);
				LimitStatus real = expected.limits().get(i);
				assertThat(real.refused() || !told.refused()).isTrue();
				if (told.retryAfter() == null || real.retryAfter() == null) {
					assertThat(real.retryAfter()).isEqualTo(told.retryAfter());
				}
				else {
					assertThat(told.retryAfter()).isLessThanOrEqualTo(real.retryAfter());
				}
			}
		}

		private record Charged(RateLimitRequest request, RateLimitDecision plain, RateLimitDecision cached) {

		}

	}

	/**
	 * Two instances on one store.
	 */
	private static final class Instances {

		private final ManualClock clock = new ManualClock();

		private final SharedStub shared = new SharedStub(this.clock);

		private final List<HeardChanges> heard = List.of(new HeardChanges(), new HeardChanges());

		private final List<RefusalCachingRateLimitStore> stores = this.heard.stream()
			.map((changes) -> new RefusalCachingRateLimitStore(this.shared, 8, changes, this.clock::nanos))
			.toList();

		private final long[] lostAt = { Long.MIN_VALUE, Long.MIN_VALUE };

		private final Limit limit;

		private final Random random;

		Instances(Limit limit, Random random) {
			this.limit = limit;
			this.random = random;
		}

		void pass(RandomCalls.Step step) {
			RefusalsAgainstStoreTests.pass(this.clock, step, this.limit);
		}

		void reset(int instance, boolean lost) {
			Counter counter = new Counter("api", "key", this.limit);
			this.stores.get(instance).reset(List.of(counter));
			this.lostAt[instance] = Long.MIN_VALUE;
			int other = 1 - instance;
			if (lost) {
				this.lostAt[other] = this.clock.micros();
			}
			else {
				this.heard.get(other)
					.tell(new Change((this.random.nextBoolean()) ? Kind.RESET : Kind.REFUND, List.of(counter.id())));
				this.lostAt[other] = Long.MIN_VALUE;
			}
		}

		void call(int instance, long cost) {
			Charge charge = new Charge(new Counter("api", "key", this.limit), cost);
			int asked = this.shared.asked;
			RateLimitDecision decision = acquire(this.stores.get(instance), request(charge));
			if (decision.source() != DecisionSource.REFUSAL_CACHE) {
				assertThat(this.shared.asked).isEqualTo(asked + 1);
				return;
			}
			assertThat(decision.allowed()).isFalse();
			long left = acquire(this.shared, request(new Charge(charge.counter(), 0))).remaining();
			if (left >= cost) {
				assertThat(this.clock.micros() - this.lostAt[instance]).isLessThan(SECOND);
			}
		}

	}

}

package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LeasingRateLimitStore} around a store in memory that counts its calls.
 */
class LeasingRateLimitStoreTests {

	private static final Limit LIMIT = Limit.of("1000/10s").withMode(LimitMode.LEASED);

	private static final Duration LEASE_TIME = Duration.ofSeconds(1);

	private final CountingStore shared = new CountingStore();

	private final RecordedChanges changes = new RecordedChanges();

	private final ManualTimer timer = new ManualTimer(this::nanoTime);

	private boolean available = true;

	private long usedByCallers;

	private int instances = 1;

	private long micros = TimeUnit.DAYS.toMicros(20_000);

	private final LeasingRateLimitStore store = new LeasingRateLimitStore(this.shared, () -> this.available,
			() -> this.instances, LeasingRateLimitStore.DEFAULT_DURATION, this.changes, this::nanoTime, this.timer);

	private long nanoTime() {
		return TimeUnit.MICROSECONDS.toNanos(this.micros);
	}

	private void pass(Duration time) {
		this.micros += time.toNanos() / 1000;
		this.timer.fire();
	}

	@Test
	void hotKeyIsAdmittedFromMemory() {
		Limit limit = Limit.of("10000/10s").withMode(LimitMode.LEASED);
		for (int i = 0; i < 5000; i++) {
			assertThat(acquire(limit, 1).allowed()).isTrue();
		}
		assertThat(this.shared.acquired.size()).isLessThan(30);
		this.store.close();
		assertThat(remaining(limit)).isEqualTo(4000);
	}

	@Test
	void keyThatIsSeldomAskedForIsDecidedStrictly() {
		for (int i = 0; i < 20; i++) {
			assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.MEMORY);
			pass(LEASE_TIME.dividedBy(4));
		}
		assertThat(this.shared.acquired).hasSize(20).allMatch((request) -> request.charges().get(0).cost() == 1);
	}

	@Test
	void keyThatWasHardlyAskedForInALeaseIsLeasedAgainWhenItIsInDemand() {
		untilLeased(LIMIT);
		pass(LEASE_TIME);
		for (int i = 0; i < 4 && this.store.holdings().leases() == 0; i++) {
			acquire(LIMIT, 1);
		}
		pass(LEASE_TIME);
		assertThat(this.store.holdings().leases()).isZero();
		assertThat(this.store.holdings().size()).isOne();
		for (int i = 0; i < 8; i++) {
			assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.MEMORY);
		}
		assertThat(untilLeased(LIMIT).source()).isEqualTo(DecisionSource.LEASE);
	}

	@Test
	void callerSeesTheLimitAndWhatIsHeldBesideWhatRemains() {
		RateLimitDecision leased = untilLeased(LIMIT);
		assertThat(leased.source()).isEqualTo(DecisionSource.LEASE);
		assertThat(leased.tightest().limit()).isEqualTo(LIMIT);
		assertThat(leased.remaining()).isEqualTo(900 - this.usedByCallers);
		assertThat(remaining(LIMIT)).isLessThan(leased.remaining());
	}

	private RateLimitDecision untilLeased(Limit limit) {
		RateLimitDecision decision = acquire(limit, 1);
		this.usedByCallers++;
		for (int i = 0; i < 100 && decision.source() != DecisionSource.LEASE; i++) {
			decision = acquire(limit, 1);
			this.usedByCallers++;
		}
		return decision;
	}

	@Test
	void whatWasNotUsedIsGivenBackWhenTheLeaseIsOver() {
		untilLeased(LIMIT);
		assertThat(remaining(LIMIT)).isLessThan(900 - this.usedByCallers);
		pass(LEASE_TIME);
		assertThat(this.store.holdings().leases()).isZero();
		// 100 of them come back each second
		assertThat(remaining(LIMIT)).isEqualTo(900);
	}

	@Test
	void whatWasNotUsedIsGivenBackAtTheEnd() {
		untilLeased(LIMIT);
		this.store.close();
		assertThat(remaining(LIMIT)).isEqualTo(900 - this.usedByCallers);
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.MEMORY);
	}

	@Test
	void nothingIsUsedAfterTheLeaseTimeThoughItsEndIsLate() {
		untilLeased(LIMIT);
		this.micros += LEASE_TIME.toNanos() / 1000 - 1;
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.LEASE);
		this.micros++;
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.MEMORY);
	}

	@Test
	void leaseOfAFixedWindowEndsWithIt() {
		Limit limit = LIMIT.withAlgorithm(Algorithm.FIXED_WINDOW);
		this.micros += TimeUnit.SECONDS.toMicros(10) - 1000;
		untilLeased(limit);
		this.micros += 999;
		assertThat(acquire(limit, 1).source()).isEqualTo(DecisionSource.LEASE);
		this.micros++;
		assertThat(acquire(limit, 1).source()).isEqualTo(DecisionSource.MEMORY);
	}

	@Test
	void refundGoesBackToTheLeaseWhileThatLasts() {
		RateLimitDecision decision = untilLeased(LIMIT);
		int calls = this.shared.calls();
		settle(LIMIT, decision, 0);
		assertThat(this.shared.calls()).isEqualTo(calls);
		this.store.close();
		assertThat(remaining(LIMIT)).isEqualTo(900 - this.usedByCallers + 1);
	}

	@Test
	void refundGoesToTheStoreAfterwards() {
		Limit day = Limit.of("1000/d").withMode(LimitMode.LEASED);
		RateLimitDecision decision = untilLeased(day);
		this.store.close();
		long before = remaining(day);
		settle(day, decision, 0);
		assertThat(remaining(day)).isEqualTo(before + 1);
	}

	@Test
	void moreThanWasChargedIsChargedInTheStore() {
		RateLimitDecision decision = untilLeased(LIMIT);
		this.store.close();
		settle(LIMIT, decision, 5);
		assertThat(remaining(LIMIT)).isEqualTo(900 - this.usedByCallers - 4);
	}

	@Test
	void resetDropsWhatIsHeld() {
		untilLeased(LIMIT);
		this.store.reset(List.of(counter(LIMIT))).toCompletableFuture().join();
		assertThat(this.store.holdings().leases()).isZero();
		assertThat(remaining(LIMIT)).isEqualTo(900);
		pass(LEASE_TIME);
		assertThat(remaining(LIMIT)).isEqualTo(900);
	}

	@Test
	void resetByAnotherInstanceDropsWhatIsHeld() {
		untilLeased(LIMIT);
		this.changes.listener
			.accept(new CounterChanges.Change(CounterChanges.Kind.REFUND, List.of(counter(LIMIT).id())));
		assertThat(this.store.holdings().leases()).isOne();
		this.changes.listener
			.accept(new CounterChanges.Change(CounterChanges.Kind.RESET, List.of(counter(LIMIT).id())));
		assertThat(this.store.holdings().leases()).isZero();
	}

	@Test
	void whatWasDrawnBeforeAResetIsNotUsedAfterIt() {
		this.shared.late = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			acquireLate(LIMIT);
			this.shared.deliver();
		}
		CompletionStage<RateLimitDecision> drawing = acquireLate(LIMIT);
		assertThat(this.shared.acquired.get(8).charges().get(0).cost()).isGreaterThan(1);
		this.store.reset(List.of(counter(LIMIT)));
		this.shared.deliver();
		assertThat(drawing.toCompletableFuture().join().allowed()).isTrue();
		assertThat(this.store.holdings().leases()).isZero();
	}

	@Test
	void whatWasDrawnWhileAResetWasUnderWayIsNotUsedAfterIt() {
		this.shared.beforeReset = () -> {
			untilLeased(LIMIT);
			assertThat(this.store.holdings().leases()).isOne();
		};
		this.store.reset(List.of(counter(LIMIT))).toCompletableFuture().join();
		assertThat(this.store.holdings().leases()).isZero();
		assertThat(remaining(LIMIT)).isEqualTo(900);
		pass(LEASE_TIME);
		assertThat(remaining(LIMIT)).isEqualTo(900);
	}

	@Test
	void whatIsNotUsedAnyMoreIsForgotten() {
		untilLeased(LIMIT);
		assertThat(this.store.holdings().size()).isOne();
		for (int i = 0; i < 4; i++) {
			pass(LEASE_TIME);
		}
		assertThat(this.store.holdings().size()).isZero();
	}

	@Test
	void whatWasDrawnForWhenItWasToBeForgottenIsForgottenLater() {
		this.shared.late = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			acquireLate(LIMIT);
			this.shared.deliver();
		}
		acquireLate(LIMIT);
		pass(LEASE_TIME);
		pass(LEASE_TIME);
		this.shared.deliver();
		assertThat(this.store.holdings().leases()).isZero();
		for (int i = 0; i < 4; i++) {
			pass(LEASE_TIME);
		}
		assertThat(this.store.holdings().size()).isZero();
	}

	@Test
	void whatIsBeingDrawnAtTheEndIsWaitedForAndGivenBack() throws Exception {
		this.shared.late = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			acquireLate(LIMIT);
			this.shared.deliver();
		}
		acquireLate(LIMIT);
		assertThat(remaining(LIMIT)).isLessThan(891);
		CompletableFuture<Void> drawn = this.store.holdings().of(List.of(counter(LIMIT))).drawn();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(this.store::close);
		await().until(() -> drawn.getNumberOfDependents() > 0);
		this.shared.deliver();
		closing.get(10, TimeUnit.SECONDS);
		assertThat(remaining(LIMIT)).isEqualTo(891);
	}

	@Test
	void whatIsDrawnWhenNobodyWaitsForItAnyMoreIsGivenBackToo() {
		this.shared.late = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			acquireLate(LIMIT);
			this.shared.deliver();
		}
		acquireLate(LIMIT);
		Thread.currentThread().interrupt();
		this.store.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(remaining(LIMIT)).isLessThan(891);
		this.shared.deliver();
		assertThat(remaining(LIMIT)).isEqualTo(891);
	}

	@Test
	void nobodyWaitsForADraw() {
		this.shared.late = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			acquireLate(LIMIT);
			this.shared.deliver();
		}
		acquireLate(LIMIT);
		acquireLate(LIMIT);
		assertThat(this.shared.acquired.get(8).charges().get(0).cost()).isGreaterThan(1);
		assertThat(this.shared.acquired.get(9).charges().get(0).cost()).isOne();
	}

	@Test
	void nothingIsUsedWhileAFailureModeDecides() {
		untilLeased(LIMIT);
		this.available = false;
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.MEMORY);
		this.available = true;
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.LEASE);
	}

	@Test
	void whatAFailureModeGivesIsNotHeld() {
		for (int i = 0; i < 8; i++) {
			acquire(LIMIT, 1);
		}
		this.shared.source = DecisionSource.FAILURE_MODE;
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(DecisionSource.FAILURE_MODE);
		assertThat(this.shared.acquired.get(8).charges().get(0).cost()).isGreaterThan(1);
		assertThat(this.store.holdings().leases()).isZero();
		assertThat(remaining(LIMIT)).isEqualTo(891);
	}

	@Test
	void drawThatIsRefusedIsFollowedByWhatWasAskedFor() {
		for (int i = 0; i < 8; i++) {
			acquire(LIMIT, 1);
		}
		// Another instance has used all but one meanwhile
		this.shared.memory.acquire(request(LeaseTerms.of(LIMIT, LEASE_TIME).stored(), remaining(LIMIT) - 1));
		assertThat(acquire(LIMIT, 1).allowed()).isTrue();
		assertThat(acquire(LIMIT, 1).allowed()).isFalse();
	}

	@Test
	void noMoreIsDrawnThanThisInstancesPartOfHalfOfWhatRemains() {
		this.instances = 4;
		for (int i = 0; i < 800; i++) {
			acquire(LIMIT, 1);
		}
		long before = 900;
		for (RateLimitRequest request : this.shared.acquired) {
			long cost = request.charges().get(0).cost();
			assertThat(cost).isLessThanOrEqualTo(Math.max(1, before / 8));
			before -= cost;
		}
	}

	@Test
	void limitsOfOneRequestAreLeasedTogether() {
		Limit minute = Limit.of("1000/m").withName("minute").withMode(LimitMode.LEASED);
		Limit day = Limit.of("5000/d").withName("day").withMode(LimitMode.LEASED);
		List<DecisionSource> sources = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			sources.add(acquire(minute, day).source());
		}
		assertThat(sources).contains(DecisionSource.LEASE);
		assertThat(this.shared.acquired.size()).isLessThan(30);
	}

	@Test
	void requestOfWhichOneLimitIsStrictIsDecidedStrictly() {
		Limit minute = Limit.of("1000/m").withName("minute").withMode(LimitMode.LEASED);
		Limit day = Limit.of("5000/d").withName("day");
		for (int i = 0; i < 100; i++) {
			RateLimitDecision decision = acquire(minute, day);
			assertThat(decision.source()).isEqualTo(DecisionSource.MEMORY);
			assertThat(decision.limits().get(0).limit()).isEqualTo(minute);
		}
		assertThat(this.shared.acquired).hasSize(100);
	}

	@Test
	void limitThatIsTooSmallIsDecidedStrictly() {
		Limit limit = Limit.of("99/m").withMode(LimitMode.LEASED);
		for (int i = 0; i < 99; i++) {
			assertThat(acquire(limit, 1).allowed()).isTrue();
		}
		assertThat(acquire(limit, 1).allowed()).isFalse();
		assertThat(this.shared.acquired).hasSize(100);
	}

	@Test
	void otherLimitOfTheSameCounterUsesNothingThatIsHeld() {
		untilLeased(LIMIT);
		assertThat(acquire(LIMIT.withBurst(2000), 1).source()).isEqualTo(DecisionSource.MEMORY);
	}

	@Test
	void whoeverOnlyAsksIsToldOfWhatIsHeldToo() {
		untilLeased(LIMIT);
		RateLimitDecision peek = acquire(LIMIT, 0);
		assertThat(peek.source()).isEqualTo(DecisionSource.MEMORY);
		assertThat(peek.remaining()).isEqualTo(900 - this.usedByCallers).isGreaterThan(remaining(LIMIT));
		this.available = false;
		assertThat(acquire(LIMIT, 0).remaining()).isEqualTo(900 - this.usedByCallers);
	}

	@Test
	void drawThatThrowsKeepsNobodyFromDrawing() {
		for (int i = 0; i < 8; i++) {
			acquire(LIMIT, 1);
		}
		this.shared.failure = new IllegalStateException("no");
		assertThatIllegalStateException().isThrownBy(() -> join(this.store.acquire(request(LIMIT, 1))));
		this.shared.failure = null;
		acquire(LIMIT, 1);
		assertThat(this.store.holdings().leases()).isOne();
	}

	private static RateLimitDecision join(CompletionStage<RateLimitDecision> stage) {
		try {
			return stage.toCompletableFuture().join();
		}
		catch (CompletionException ex) {
			throw (RuntimeException) ex.getCause();
		}
	}

	@Test
	void leaseTimeIsAtLeastTenMilliseconds() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LeasingRateLimitStore(this.shared, () -> true,
				() -> 1, Duration.ofMillis(9), CounterChanges.NONE));
	}

	private RateLimitDecision acquire(Limit limit, long cost) {
		RateLimitDecision now = (cost > 0) ? this.store.acquireNow("limited", "key", limit, cost) : null;
		return (now != null) ? now : this.store.acquire(request(limit, cost)).toCompletableFuture().join();
	}

	private RateLimitDecision acquire(Limit... limits) {
		return this.store
			.acquire(new RateLimitRequest(Arrays.stream(limits).map((limit) -> new Charge(counter(limit), 1)).toList(),
					FailureMode.CLOSED))
			.toCompletableFuture()
			.join();
	}

	private CompletionStage<RateLimitDecision> acquireLate(Limit limit) {
		return this.store.acquire(request(limit, 1));
	}

	private void settle(Limit limit, RateLimitDecision decision, long cost) {
		this.store.settle(new RateLimitSettlement(request(limit, 1), decision, List.of(cost)))
			.toCompletableFuture()
			.join();
	}

	/**
	 * Return what is left in the shared store.
	 */
	private long remaining(Limit limit) {
		return this.shared.memory.acquire(request(LeaseTerms.of(limit, LEASE_TIME).stored(), 0))
			.toCompletableFuture()
			.join()
			.remaining();
	}

	private static RateLimitRequest request(Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter(limit), cost)), FailureMode.CLOSED);
	}

	private static Counter counter(Limit limit) {
		return new Counter("limited", "key", limit);
	}

	/**
	 * A store that counts, and answers late if it is to.
	 */
	private final class CountingStore implements RateLimitStore {

		private final RateLimitStore memory = InMemoryRateLimitStore.create(100,
				() -> LeasingRateLimitStoreTests.this.micros);

		private final List<RateLimitRequest> acquired = new ArrayList<>();

		private List<Runnable> late;

		private DecisionSource source = DecisionSource.MEMORY;

		private RuntimeException failure;

		private Runnable beforeReset = () -> {
		};

		private int settled;

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			if (this.failure != null) {
				throw this.failure;
			}
			this.acquired.add(request);
			RateLimitDecision decision = this.memory.acquire(request).toCompletableFuture().join();
			CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
			if (this.late != null) {
				this.late.add(() -> answer.complete(decision));
			}
			else {
				answer.complete(decision.withSource(this.source));
			}
			return answer;
		}

		void deliver() {
			List<Runnable> answers = List.copyOf(this.late);
			this.late.clear();
			answers.forEach(Runnable::run);
		}

		int calls() {
			return this.acquired.size() + this.settled;
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			this.settled++;
			return this.memory.settle(settlement);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			this.beforeReset.run();
			return this.memory.reset(counters);
		}

	}

	private static final class RecordedChanges implements CounterChanges {

		private Consumer<Change> listener;

		@Override
		public void tell(Change change) {
		}

		@Override
		public void listen(Consumer<Change> listener) {
			this.listener = listener;
		}

	}

}

package io.github.ratelimit.refusal;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.CounterChanges.Change;
import io.github.ratelimit.CounterChanges.Kind;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RefusalCachingRateLimitStore}.
 */
class RefusalCachingRateLimitStoreTests {

	private static final Limit LIMIT = Limit.of("10/s").withBurst(5);

	private static final Limit SLOW = Limit.of("5/h").withName("hour");

	private final ManualClock clock = new ManualClock();

	private final SharedStub shared = new SharedStub(this.clock);

	private final HeardChanges changes = new HeardChanges();

	private final RefusalCachingRateLimitStore store = new RefusalCachingRateLimitStore(this.shared, 100, this.changes,
			this.clock::nanos);

	@Test
	void refusalIsAnsweredUntilTheRequestMayPass() {
		use(LIMIT, 5);
		assertRedis(acquire(LIMIT, 1), Outcome.REFUSED);
		this.clock.passMicros(99_998);
		assertCached(acquire(LIMIT, 1));
		assertThat(this.shared.asked).isEqualTo(2);
		this.clock.passMicros(2);
		assertRedis(acquire(LIMIT, 1), Outcome.ALLOWED);
	}

	@Test
	void waitsAreShorterByTheTimeSinceTheStoreWasAsked() {
		use(LIMIT, 3);
		acquire(LIMIT, 4);
		this.clock.pass(Duration.ofMillis(30));
		RateLimitDecision decision = acquire(LIMIT, 4);
		assertCached(decision);
		assertThat(decision.remaining()).isEqualTo(2);
		assertThat(decision.retryAfter()).isEqualTo(Duration.ofMillis(170));
		assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(270));
		assertThat(decision.refusedBy()).containsExactly("default");
		assertThat(decision.chargedAt()).isNull();
	}

	@Test
	void timeCountsFromTheQuestionAndNotFromTheAnswer() {
		use(LIMIT, 5);
		this.shared.wire = new CompletableFuture<>();
		CompletableFuture<RateLimitDecision> late = this.store.acquire(request(LIMIT, 1)).toCompletableFuture();
		this.clock.pass(Duration.ofMillis(60));
		this.shared.wire.complete(null);
		assertThat(late.join().allowed()).isFalse();
		assertThat(acquire(LIMIT, 1).retryAfter()).isEqualTo(Duration.ofMillis(40));
		this.clock.pass(Duration.ofMillis(40));
		assertRedis(acquire(LIMIT, 1), Outcome.ALLOWED);
	}

	@Test
	void higherCostIsToldTheLeastItCanWait() {
		use(LIMIT, 4);
		acquire(LIMIT, 2);
		RateLimitDecision decision = acquire(LIMIT, 4);
		assertCached(decision);
		assertThat(decision.retryAfter()).isEqualTo(Duration.ofMillis(100));
	}

	@Test
	void lowerCostIsAsked() {
		use(LIMIT, 3);
		acquire(LIMIT, 4);
		assertRedis(acquire(LIMIT, 2), Outcome.ALLOWED);
	}

	@Test
	void costThatIsNeverGivenIsAskedOnceASecond() {
		use(LIMIT, 5);
		acquire(LIMIT, 1);
		RateLimitDecision never = acquire(LIMIT, 6);
		assertRedis(never, Outcome.REFUSED);
		assertThat(never.retryAfter()).isNull();
		assertCached(acquire(LIMIT, 1));
		assertThat(acquire(LIMIT, 6)).satisfies(this::assertCached)
			.satisfies((again) -> assertThat(again.retryAfter()).isNull());
		assertThat(acquire(LIMIT, 7)).satisfies(this::assertCached)
			.satisfies((more) -> assertThat(more.retryAfter()).isNull());
		this.clock.pass(Duration.ofSeconds(1));
		assertRedis(acquire(LIMIT, 6), Outcome.REFUSED);
	}

	@Test
	void higherCostOfALeasedLimitIsAskedBecauseTheStoreMayNeverGiveIt() {
		Limit leased = Limit.of("1000/10s").withMode(LimitMode.LEASED);
		use(leased, 900);
		assertRedis(acquire(leased, 500), Outcome.REFUSED);
		assertCached(acquire(leased, 500));
		assertRedis(acquire(leased, 950), Outcome.REFUSED);
	}

	@Test
	void peekIsAsked() {
		use(LIMIT, 5);
		acquire(LIMIT, 1);
		int before = this.shared.asked;
		assertRedis(acquire(LIMIT, 0), Outcome.ALLOWED);
		assertThat(this.shared.asked).isEqualTo(before + 1);
	}

	@Test
	void longWaitIsAskedForOnceASecond() {
		use(SLOW, 5);
		int before = this.shared.asked;
		for (int i = 0; i < 3_000; i++) {
			assertThat(acquire(SLOW, 1).allowed()).isFalse();
			this.clock.pass(Duration.ofMillis(1));
		}
		assertThat(this.shared.asked).isEqualTo(before + 3);
	}

	@ParameterizedTest
	@EnumSource(names = "REDIS", mode = EnumSource.Mode.EXCLUDE)
	void onlyWhatRedisRefusedIsRemembered(DecisionSource source) {
		this.shared.source = source;
		use(LIMIT, 5);
		acquire(LIMIT, 1);
		assertThat(acquire(LIMIT, 1).source()).isEqualTo(source);
		assertThat(this.shared.asked).isEqualTo(3);
	}

	@Test
	void otherKeysNamesAndLimitsAreAsked() {
		use(LIMIT, 5);
		acquire(LIMIT, 1);
		assertRedis(acquire(new Charge(new Counter("api", "other", LIMIT), 1)), Outcome.ALLOWED);
		assertRedis(acquire(new Charge(new Counter("other", "key", LIMIT), 1)), Outcome.ALLOWED);
		assertRedis(acquire(LIMIT.withBurst(6), 4), Outcome.REFUSED);
		assertRedis(acquire(LIMIT.withName("other"), 1), Outcome.ALLOWED);
	}

	@Test
	void oneLimitThatRefusesIsEnoughForARequestWithSeveral() {
		use(LIMIT, 5);
		RateLimitDecision refused = acquire(charge(SLOW, 1), charge(LIMIT, 1));
		assertRedis(refused, Outcome.REFUSED);
		RateLimitDecision decision = acquire(charge(SLOW, 1), charge(LIMIT, 1));
		assertCached(decision);
		assertThat(decision.limits()).isEqualTo(refused.limits());
		assertCached(acquire(charge(SLOW, 2), charge(LIMIT, 3)));
	}

	@Test
	void requestWithOtherLimitsBesideIsAsked() {
		use(LIMIT, 5);
		acquire(charge(SLOW, 1), charge(LIMIT, 1));
		assertRedis(acquire(LIMIT, 1), Outcome.REFUSED);
		assertRedis(acquire(charge(SLOW.withBurst(6), 1), charge(LIMIT, 1)), Outcome.REFUSED);
		assertCached(acquire(LIMIT, 1));
		assertCached(acquire(charge(SLOW, 1), charge(LIMIT, 1)));
	}

	@Test
	void requestThatAnotherLimitMayRefuseTooIsAsked() {
		use(LIMIT, 5);
		use(SLOW, 3);
		acquire(charge(SLOW, 1), charge(LIMIT, 1));
		assertRedis(acquire(charge(SLOW, 3), charge(LIMIT, 1)), Outcome.REFUSED);
	}

	@Test
	void limitWhoseWaitIsOverDoesNotRefuseAnyMore() {
		use(LIMIT, 5);
		use(SLOW, 5);
		assertThat(acquire(charge(SLOW, 1), charge(LIMIT, 1)).refusedBy()).containsExactly("hour", "default");
		this.clock.pass(Duration.ofMillis(150));
		RateLimitDecision decision = acquire(charge(SLOW, 1), charge(LIMIT, 1));
		assertCached(decision);
		assertThat(decision.refusedBy()).containsExactly("hour");
		LimitStatus passed = decision.limits().get(1);
		assertThat(passed.retryAfter()).isZero();
		assertThat(passed.resetAfter()).isEqualTo(Duration.ofMillis(350));
	}

	@Test
	void answersAtOnceWhatItKnowsAndLeavesTheRestToTheStore() {
		use(LIMIT, 5);
		assertThat(this.store.acquireNow("api", "key", LIMIT, 1)).isNull();
		acquire(LIMIT, 1);
		assertThat(this.store.acquireNow("api", "key", LIMIT, 1)).satisfies(this::assertCached);
		assertThat(this.store.acquireNow("api", "key", LIMIT, 6)).isNull();
		assertThat(this.store.acquireNow("api", "other", LIMIT, 1)).isNull();
		this.clock.pass(Duration.ofMillis(100));
		assertThat(this.store.acquireNow("api", "key", LIMIT, 1)).isNull();
	}

	@Test
	void unitsThatAreHeldGoBeforeARefusal() {
		Limit leased = SLOW.withMode(LimitMode.LEASED);
		for (Limit limit : List.of(leased, SLOW)) {
			this.shared.atOnce = null;
			use(limit, 5);
			acquire(limit, 1);
			RateLimitDecision held = RateLimitDecision.unchecked(DecisionSource.LEASE);
			this.shared.atOnce = held;
			RateLimitDecision decision = this.store.acquireNow("api", "key", limit, 1);
			assertThat(decision == held).isEqualTo(limit == leased);
			this.shared.reset(List.of(charge(limit, 0).counter()));
		}
		assertThat(this.store.acquireNow("api", "other", SLOW, 1)).isSameAs(this.shared.atOnce);
	}

	@Test
	void allocatesNoMoreThanTheDecision() {
		use(SLOW, 5);
		acquire(SLOW, 1);
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		this.store.acquireNow("api", "key", SLOW, 1);
		long before = thread.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 10_000; i++) {
			assertThatRefused(this.store.acquireNow("api", "key", SLOW, 1));
		}
		// Some spare for the measurement
		assertThat((thread.getCurrentThreadAllocatedBytes() - before) / 10_000).isLessThanOrEqualTo(72);
	}

	private static void assertThatRefused(RateLimitDecision decision) {
		if (decision == null || decision.allowed()) {
			throw new AssertionError(decision);
		}
	}

	@Test
	void resetIsSeenAtOnce() {
		use(LIMIT, 5);
		acquire(LIMIT, 1);
		this.store.reset(List.of(charge(LIMIT, 0).counter())).toCompletableFuture().join();
		assertRedis(acquire(LIMIT, 1), Outcome.ALLOWED);
	}

	@Test
	void whatIsGivenBackIsSeenAtOnce() {
		RateLimitRequest request = request(LIMIT, 5);
		RateLimitDecision charged = this.store.acquire(request).toCompletableFuture().join();
		acquire(LIMIT, 1);
		settle(request, charged, 7);
		assertCached(acquire(LIMIT, 1));
		this.store.reset(List.of(charge(LIMIT, 0).counter())).toCompletableFuture().join();
		charged = this.store.acquire(request).toCompletableFuture().join();
		acquire(LIMIT, 1);
		settle(request, charged, 2);
		assertRedis(acquire(LIMIT, 3), Outcome.ALLOWED);
	}

	@Test
	void answerToWhatWasAskedBeforeAResetIsNotRemembered() {
		use(LIMIT, 5);
		CompletableFuture<Void> wire = new CompletableFuture<>();
		this.shared.wire = wire;
		CompletableFuture<RateLimitDecision> late = this.store.acquire(request(LIMIT, 1)).toCompletableFuture();
		this.shared.wire = CompletableFuture.completedFuture(null);
		this.store.reset(List.of(charge(LIMIT, 0).counter())).toCompletableFuture().join();
		wire.complete(null);
		assertThat(late.join().allowed()).isFalse();
		assertRedis(acquire(LIMIT, 1), Outcome.ALLOWED);
	}

	@Test
	void nothingOldIsToldOnceAResetHasBegun() {
		use(SLOW, 5);
		acquire(SLOW, 1);
		this.shared.wire = new CompletableFuture<>();
		CompletableFuture<Void> reset = this.store.reset(List.of(charge(SLOW, 0).counter())).toCompletableFuture();
		this.shared.wire = CompletableFuture.completedFuture(null);
		assertThat(reset).isNotDone();
		assertRedis(acquire(SLOW, 1), Outcome.ALLOWED);
	}

	@Test
	void answerThatComesWhileAResetIsUnderWayIsForgottenWithIt() {
		use(SLOW, 5);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		this.shared.wire = begun;
		this.shared.resets = false;
		CompletableFuture<Void> reset = this.store.reset(List.of(charge(SLOW, 0).counter())).toCompletableFuture();
		this.shared.wire = CompletableFuture.completedFuture(null);
		acquire(SLOW, 1);
		this.shared.resets = true;
		this.shared.reset(List.of(charge(SLOW, 0).counter()));
		begun.complete(null);
		assertThat(reset).isDone();
		assertRedis(acquire(SLOW, 1), Outcome.ALLOWED);
	}

	@Test
	void otherInstancesAreHeard() {
		for (Kind kind : Kind.values()) {
			use(SLOW, 5);
			acquire(SLOW, 1);
			this.shared.reset(List.of(charge(SLOW, 0).counter()));
			assertCached(acquire(SLOW, 1));
			this.changes.tell(new Change(kind, List.of(charge(SLOW, 0).counter().id())));
			assertRedis(acquire(SLOW, 5), Outcome.ALLOWED);
			acquire(SLOW, 1);
			this.shared.reset(List.of(charge(SLOW, 0).counter()));
			this.changes.tell(new Change(kind, List.of()));
			assertRedis(acquire(SLOW, 1), Outcome.ALLOWED);
			this.shared.reset(List.of(charge(SLOW, 0).counter()));
		}
	}

	@Test
	void changeOfOneCounterLeavesOthersAlone() {
		use(SLOW, 5);
		acquire(SLOW, 1);
		for (int i = 0; i < 3; i++) {
			this.changes.tell(new Change(Kind.REFUND, List.of(new Counter("api", "other" + i, SLOW).id())));
		}
		assertCached(acquire(SLOW, 1));
	}

	@Test
	void noMoreAreRememberedThanFit() {
		for (int size : new int[] { 1, 2, 3, 4, 5, 50 }) {
			RefusalCachingRateLimitStore small = new RefusalCachingRateLimitStore(this.shared, size,
					CounterChanges.NONE, this.clock::nanos);
			int cached = 0;
			for (int i = 0; i < 2_000; i++) {
				RateLimitRequest request = new RateLimitRequest(
						List.of(new Charge(new Counter("api", "key" + i, SLOW), 5)), FailureMode.CLOSED);
				small.acquire(request);
				small.acquire(request);
			}
			for (int i = 0; i < 2_000; i++) {
				cached += (small.acquireNow("api", "key" + i, SLOW, 5) != null) ? 1 : 0;
			}
			assertThat(cached).isBetween(1, size);
			this.clock.pass(Duration.ofHours(2));
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RefusalCachingRateLimitStore(this.shared, 0, CounterChanges.NONE));
	}

	@Test
	void keysOfOneHashOnlyCostQuestions() {
		List<String> colliding = List.of("AaAaAa", "AaAaBB", "AaBBAa", "AaBBBB", "BBAaAa", "BBAaBB", "BBBBAa",
				"BBBBBB");
		assertThat(colliding.stream().map(String::hashCode).distinct()).hasSize(1);
		for (int round = 0; round < 3; round++) {
			for (String key : colliding) {
				RateLimitDecision decision = acquire(new Charge(new Counter("api", key, SLOW), 2));
				assertThat(decision.allowed()).isEqualTo(round < 2);
			}
		}
	}

	private void use(Limit limit, long cost) {
		assertThat(acquire(limit, cost).allowed()).isTrue();
	}

	private void settle(RateLimitRequest request, RateLimitDecision decision, long cost) {
		this.store.settle(new RateLimitSettlement(request, decision, List.of(cost))).toCompletableFuture().join();
	}

	private RateLimitDecision acquire(Limit limit, long cost) {
		return acquire(charge(limit, cost));
	}

	private RateLimitDecision acquire(Charge... charges) {
		return this.store.acquire(new RateLimitRequest(Arrays.asList(charges), FailureMode.CLOSED))
			.toCompletableFuture()
			.join();
	}

	private static RateLimitRequest request(Limit limit, long cost) {
		return new RateLimitRequest(List.of(charge(limit, cost)), FailureMode.CLOSED);
	}

	private static Charge charge(Limit limit, long cost) {
		return new Charge(new Counter("api", "key", limit), cost);
	}

	private void assertRedis(RateLimitDecision decision, Outcome outcome) {
		assertThat(decision.source()).isEqualTo(DecisionSource.REDIS);
		assertThat(decision.outcome()).isEqualTo(outcome);
	}

	private void assertCached(RateLimitDecision decision) {
		assertThat(decision.source()).isEqualTo(DecisionSource.REFUSAL_CACHE);
		assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
	}

}

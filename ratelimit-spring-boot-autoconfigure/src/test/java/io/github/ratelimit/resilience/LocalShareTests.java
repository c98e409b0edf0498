package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalShare}.
 */
class LocalShareTests {

	private static final Limit TEN = Limit.of("10/m").withAlgorithm(Algorithm.SLIDING_WINDOW);

	private static final RateLimitDecision DECIDED = RateLimitDecision.unchecked(DecisionSource.REDIS);

	private final AtomicLong micros = new AtomicLong(1_000_000_000);

	private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(1000, this.micros::get);

	private int instances = 1;

	private final LocalShare share = share(this.memory);

	static Stream<Arguments> limitsOfSeveralInstances() {
		return Stream.of(Algorithm.values())
			.flatMap((algorithm) -> IntStream.of(1, 2, 3, 7, 20)
				.boxed()
				.map((instances) -> Arguments.of(Limit.of("10/m").withAlgorithm(algorithm), instances)));
	}

	/**
	 * All that fixed windows promise is kept for each window, aligned.
	 */
	@ParameterizedTest
	@MethodSource("limitsOfSeveralInstances")
	void instancesTogetherAdmitAtMostTheLimitAndOneUnitEach(Limit limit, int count) {
		this.instances = count;
		List<LocalShare> shares = IntStream.range(0, count)
			.mapToObj((i) -> share(InMemoryRateLimitStore.create(10, this.micros::get)))
			.toList();
		List<Long> admitted = new ArrayList<>();
		this.micros.set(600_000_000);
		for (int step = 0; step < 1200; step++) {
			for (LocalShare one : shares) {
				if (acquire(one, request("a", limit, 1)).allowed()) {
					admitted.add(this.micros.get());
				}
			}
			this.micros.addAndGet(250_000);
		}
		long most = switch (limit.algorithm()) {
			case TOKEN_BUCKET -> 2 * limit.burst() + count;
			case SLIDING_WINDOW, FIXED_WINDOW -> limit.burst() + count;
			case SLIDING_WINDOW_COUNTER -> 2 * (limit.burst() + count);
		};
		long step = (limit.algorithm() == Algorithm.FIXED_WINDOW) ? 60_000_000 : 250_000;
		for (long from = 600_000_000; from < 840_000_000; from += step) {
			long begin = from;
			assertThat(admitted.stream().filter((at) -> at >= begin && at < begin + 60_000_000).count())
				.isLessThanOrEqualTo(most);
		}
		assertThat(admitted.size()).isGreaterThanOrEqualTo(20);
	}

	@Test
	void callersSeeTheWholeLimitOfWhichTheShareIsLeft() {
		this.instances = 4;
		RateLimitDecision decision = acquire(this.share, request("a", TEN, 1));
		assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
		assertThat(decision.limits()).singleElement().satisfies((status) -> {
			assertThat(status.limit()).isEqualTo(TEN);
			assertThat(status.remaining()).isOne();
			assertThat(status.resetAfter()).isEqualTo(Duration.ofMinutes(1));
		});
	}

	@Test
	void costAboveTheShareIsRefusedButNotForEver() {
		this.instances = 4;
		assertThat(acquire(this.share, request("a", TEN, 5)).retryAfter()).isEqualTo(Duration.ofMinutes(1));
		assertThat(acquire(this.share, request("a", TEN, 11)).retryAfter()).isNull();
	}

	@Test
	void chargeIsSettledInTheShare() {
		this.instances = 2;
		RateLimitRequest request = request("a", TEN, 4);
		RateLimitDecision decision = acquire(this.share, request);
		this.share.settle(new RateLimitSettlement(request, decision, List.of(1L))).toCompletableFuture().join();
		assertThat(acquire(this.share, request("a", TEN, 0)).remaining()).isEqualTo(4);
	}

	@Test
	void nothingIsOwedWhereNothingWasAdmitted() {
		assertThat(this.share.handOver(request("a", TEN, 1))).isNull();
		acquire(this.share, request("a", TEN, 3));
		assertThat(this.share.handOver(request("b", TEN, 1))).isNull();
		assertThat(this.share.handOver(request("a", TEN, 0))).isNull();
	}

	@Test
	void whatWasAdmittedIsHandedOverOnce() {
		acquire(this.share, request("a", TEN, 3));
		HandOver handOver = this.share.handOver(request("a", TEN, 2));
		assertThat(costs(handOver)).containsExactly(5L);
		handOver.answered(DECIDED, null);
		assertThat(this.share.handOver(request("a", TEN, 1))).isNull();
	}

	@Test
	void othersAreHeldWhileARequestHandsOver() {
		acquire(this.share, request("a", TEN, 3));
		HandOver handOver = this.share.handOver(request("a", TEN, 2));
		assertThat(this.share.handOver(request("a", TEN, 1)).isHeld()).isTrue();
		assertThat(this.share.handOver(request("b", TEN, 1))).isNull();
		// Decided here, and owed next
		acquire(this.share, request("a", TEN, 1));
		handOver.answered(DECIDED, null);
		assertThat(costs(this.share.handOver(request("a", TEN, 1)))).containsExactly(2L);
	}

	@Test
	void whatWasHandedOverWithoutAnAnswerIsNotHandedOverAgain() {
		acquire(this.share, request("a", TEN, 3));
		this.share.handOver(request("a", TEN, 1)).answered(null, new IllegalStateException("lost"));
		assertThat(this.share.handOver(request("a", TEN, 1))).isNull();
		acquire(this.share, request("a", TEN, 2));
		assertThat(costs(this.share.handOver(request("a", TEN, 1)))).containsExactly(3L);
	}

	@Test
	void whatIsOwedIsKeptWhenMoreInstancesShareTheLimit() {
		acquire(this.share, request("a", TEN, 9));
		this.instances = 5;
		assertThat(costs(this.share.handOver(request("a", TEN, 1)))).containsExactly(10L);
		Limit bucket = Limit.of("10/d");
		this.instances = 1;
		acquire(this.share, request("b", bucket, 9));
		this.instances = 5;
		assertThat(costs(this.share.handOver(request("b", bucket, 1)))).containsExactly(10L);
	}

	@Test
	void limitOfManyYearsIsCounted() {
		Limit slow = new Limit("slow", new Rate(1, Rate.MAX_WINDOW), 40);
		for (int i = 0; i < 40; i++) {
			assertThat(acquire(this.share, request("a", slow, 1)).allowed()).isTrue();
		}
		assertThat(acquire(this.share, request("a", slow, 1)).allowed()).isFalse();
		assertThat(this.share.handOver(request("a", slow, 1)).isHeld()).isTrue();
	}

	@Test
	void whatTheSharedStoreRefusesStaysOwed() {
		acquire(this.share, request("a", TEN, 3));
		RateLimitDecision refused = acquire(share(InMemoryRateLimitStore.create()), request("a", TEN, 11));
		this.micros.addAndGet(30_000_000);
		this.share.handOver(request("a", TEN, 1)).answered(refused, null);
		assertThat(costs(this.share.handOver(request("a", TEN, 1)))).containsExactly(4L);
	}

	@Test
	void requestThatIsHeldIsFreeWhenTheOtherIsAnswered() {
		acquire(this.share, request("a", TEN, 3));
		HandOver first = this.share.handOver(request("a", TEN, 1));
		CompletableFuture<Void> free = this.share.handOver(request("a", TEN, 1)).free();
		assertThat(free).isNotDone();
		first.answered(DECIDED, null);
		assertThat(free).isDone();
	}

	/**
	 * Else what is owed would never shrink, while others use the shared store.
	 */
	@Test
	void shareGivesNothingWhereTheSharedStoreHasNoRoomForWhatIsOwed() {
		this.instances = 2;
		acquire(this.share, request("a", TEN, 3));
		assertThat(acquire(this.share, request("a", TEN, 0)).remaining()).isEqualTo(2);
		RateLimitDecision refusal = this.share.refuse(request("a", TEN, 1)).toCompletableFuture().join();
		assertThat(refusal.allowed()).isFalse();
		assertThat(refusal.source()).isEqualTo(DecisionSource.FAILURE_MODE);
		assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(1));
		this.micros.addAndGet(60_000_000);
		assertThat(this.share.refuse(request("a", TEN, 1)).toCompletableFuture().join().allowed()).isTrue();
	}

	@Test
	void whatStaysOwedComesBackNoLaterThanItWasUsed() {
		acquire(this.share, request("a", TEN, 3));
		RateLimitDecision refused = acquire(share(InMemoryRateLimitStore.create()), request("a", TEN, 11));
		this.micros.addAndGet(59_000_000);
		this.share.handOver(request("a", TEN, 1)).answered(refused, null);
		this.micros.addAndGet(1_000_000);
		assertThat(this.share.handOver(request("a", TEN, 1))).isNull();
	}

	@Test
	void whatHasComeBackIsNotOwed() {
		Limit bucket = Limit.of("1/s").withBurst(10);
		acquire(this.share, request("a", bucket, 5));
		this.micros.addAndGet(2_000_000);
		assertThat(costs(this.share.handOver(request("a", bucket, 1)))).containsExactly(4L);
		this.micros.addAndGet(3_000_000);
		assertThat(this.share.handOver(request("a", bucket, 1))).isNull();
	}

	@Test
	void requestThatDoesNotFitBesideWhatIsOwedIsHeld() {
		acquire(this.share, request("a", TEN, 8));
		assertThat(this.share.handOver(request("a", TEN, 3)).isHeld()).isTrue();
		assertThat(acquire(this.share, request("a", TEN, 3)).allowed()).isFalse();
		assertThat(costs(this.share.handOver(request("a", TEN, 2)))).containsExactly(10L);
	}

	@Test
	void requestOfWhichOneCounterIsHeldHandsOverNothing() {
		Limit hundred = Limit.of("100/h").withName("hour");
		acquire(this.share, request(charge("a", hundred, 3), charge("a", TEN, 10)));
		assertThat(this.share.handOver(request(charge("a", hundred, 1), charge("a", TEN, 1))).isHeld()).isTrue();
		assertThat(costs(this.share.handOver(request("a", hundred, 1)))).containsExactly(4L);
	}

	@Test
	void onlyRequestsThatWouldBeDecidedHereHandOver() {
		acquire(this.share, request("a", TEN, 3));
		assertThat(this.share.handOver(new RateLimitRequest(List.of(charge("a", TEN, 1)), FailureMode.OPEN))).isNull();
	}

	@Test
	void eachOfSeveralCountersIsHandedOver() {
		Limit hundred = Limit.of("100/h").withName("hour");
		acquire(this.share, request(charge("a", TEN, 3), charge("a", hundred, 3)));
		acquire(this.share, request("a", hundred, 4));
		assertThat(
				costs(this.share.handOver(request(charge("b", TEN, 1), charge("a", TEN, 1), charge("a", hundred, 2)))))
			.containsExactly(1L, 4L, 9L);
	}

	@Test
	void usedShareIsKeptForTheNextOutage() {
		acquire(this.share, request("a", TEN, 8));
		this.share.handOver(request("a", TEN, 1)).answered(DECIDED, null);
		assertThat(acquire(this.share, request("a", TEN, 3)).allowed()).isFalse();
	}

	@Test
	void resetForgetsWhatIsOwed() {
		acquire(this.share, request("a", TEN, 8));
		this.share.handOver(request("a", TEN, 1)).answered(DECIDED, null);
		this.share.reset(List.of(new Counter("ai", "a", TEN))).toCompletableFuture().join();
		assertThat(this.share.handOver(request("a", TEN, 1))).isNull();
		acquire(this.share, request("a", TEN, 9));
		assertThat(costs(this.share.handOver(request("a", TEN, 1)))).containsExactly(10L);
	}

	private LocalShare share(InMemoryRateLimitStore store) {
		return new LocalShare(store, () -> this.instances, () -> this.micros.get() * 1000);
	}

	private static RateLimitDecision acquire(LocalShare share, RateLimitRequest request) {
		return share.acquire(request).toCompletableFuture().join();
	}

	private static List<Long> costs(HandOver handOver) {
		return handOver.request().charges().stream().map(Charge::cost).toList();
	}

	private static RateLimitRequest request(String key, Limit limit, long cost) {
		return request(charge(key, limit, cost));
	}

	private static RateLimitRequest request(Charge... charges) {
		return new RateLimitRequest(Arrays.asList(charges), FailureMode.LOCAL);
	}

	private static Charge charge(String key, Limit limit, long cost) {
		return new Charge(new Counter("ai", key, limit), cost);
	}

}

package io.github.ratelimit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.testsupport.FaultyRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that several instances which have lost their Redis keep together to the limit,
 * and a unit for each of them.
 */
class SeveralInstancesFaultTests {

	private static final int INSTANCES = 3;

	/**
	 * Of none of these anything comes back while the test runs.
	 */
	private static final Limit BUCKET = Limit.of("1/d").withBurst(100).withName("bucket");

	private static final Limit SMALL = Limit.of("1/d").withBurst(2).withName("small");

	private static final String WINDOW = "window";

	private static final int WINDOW_QUOTA = 50;

	private final List<LimitedInstance> instances = new ArrayList<>();

	private FaultyRedis redis;

	@BeforeEach
	void start() {
		this.redis = new FaultyRedis();
		String[] properties = Stream
			.of(Stream.of(LimitedInstance.limit("bucket", BUCKET)), Stream.of(LimitedInstance.limit("small", SMALL)),
					Stream.of("ratelimit.redis.heartbeat-interval=200ms",
							"ratelimit.tiers.window.rate=" + WINDOW_QUOTA + "/d",
							"ratelimit.tiers.window.algorithm=sliding-window"))
			.flatMap((some) -> some)
			.toArray(String[]::new);
		for (int i = 0; i < INSTANCES; i++) {
			this.instances.add(new LimitedInstance(this.redis.uri(), FailureMode.LOCAL, properties));
		}
		await().untilAsserted(() -> assertThat(this.instances)
			.allSatisfy((instance) -> assertThat(instance.store().instances()).isEqualTo(INSTANCES)));
	}

	@AfterEach
	void stop() {
		this.instances.forEach(LimitedInstance::close);
		this.redis.close();
	}

	@Test
	void admitTogetherTheLimitAndAUnitEachAtMost() {
		this.redis.proxy().refuse();
		this.redis.proxy().cut();
		// Thirds, rounded down
		assertThat(admitted("bucket")).isEqualTo(3 * 33);
		assertThat(admitted(WINDOW)).isEqualTo(3 * 16);
		// None of them is left without any
		assertThat(admitted("small")).isEqualTo(3).isLessThanOrEqualTo(SMALL.burst() + INSTANCES);
	}

	@Test
	void handOverWhatEachOfThemAdmitted() {
		this.redis.proxy().refuse();
		this.redis.proxy().cut();
		for (int i = 0; i < 10; i++) {
			assertThat(acquireFromEach(DecisionSource.FAILURE_MODE)).isEqualTo(INSTANCES);
		}
		this.redis.proxy().accept();
		await().untilAsserted(() -> assertThat(this.instances).allMatch(LimitedInstance::isClosed));
		assertThat(acquireFromEach(DecisionSource.REDIS)).isEqualTo(INSTANCES);
		assertThat(this.instances.get(0).limiters().get("bucket").peek("user:1").remaining())
			.isEqualTo(BUCKET.burst() - 10 * INSTANCES - INSTANCES);
	}

	private long acquireFromEach(DecisionSource source) {
		return this.instances.stream()
			.map((instance) -> instance.limiters().get("bucket").tryAcquire("user:1"))
			.peek((decision) -> assertThat(decision.source()).isEqualTo(source))
			.filter(RateLimitDecision::allowed)
			.count();
	}

	/**
	 * Ask each instance until it refuses, in turn.
	 */
	private long admitted(String tier) {
		long admitted = 0;
		boolean more = true;
		while (more) {
			more = false;
			for (LimitedInstance instance : this.instances) {
				RateLimiter limiter = instance.limiters().get(tier);
				RateLimitDecision decision = limiter.tryAcquire("user:1");
				assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
				admitted += (decision.allowed()) ? 1 : 0;
				more |= decision.allowed();
			}
		}
		return admitted;
	}

}

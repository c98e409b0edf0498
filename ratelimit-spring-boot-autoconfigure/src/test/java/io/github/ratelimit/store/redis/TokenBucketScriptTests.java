package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;
import io.github.ratelimit.conformance.ConformanceCase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code token-bucket.lua} on a real Redis: it says what the conformance
 * vectors and {@link TokenBucket} say.
 */
class TokenBucketScriptTests {

	private static final long EPOCH = 1_700_000_000_000_000L;

	private static final int CALLS = 150;

	private static final int CALLS_WITH_CHANGES = 3000;

	private static final long LONGEST_STEP = ((1L << 53) - EPOCH) / CALLS_WITH_CHANGES;

	private static TokenBucketScript script;

	private final String key = "token-bucket-script-tests:" + UUID.randomUUID();

	@BeforeAll
	static void connect() {
		script = new TokenBucketScript();
	}

	@AfterAll
	static void disconnect() {
		script.close();
	}

	@AfterEach
	void clean() {
		script.delete(this.key);
	}

	@Test
	void allVectorsAreRun() {
		assertThat(cases()).hasSize(40);
		assertThat(cases().stream().mapToInt((vector) -> vector.calls().size()).sum()).isEqualTo(1944);
	}

	@ParameterizedTest
	@MethodSource("cases")
	void decidesAsTheVectorSays(ConformanceCase vector) {
		TokenBucket bucket = TokenBucket.of(vector.limit());
		for (ConformanceCase.Call call : vector.calls()) {
			long spent = script.run(this.key, bucket, call.cost(), call.t());
			call.check(bucket.status(spent, call.cost()));
		}
	}

	static List<ConformanceCase> cases() {
		return ConformanceCase.of("token-bucket");
	}

	@ParameterizedTest
	@MethodSource("limits")
	void answersAndKeepsWhatJavaWould(Limit limit) {
		Random random = new Random(limit.hashCode());
		TokenBucket bucket = TokenBucket.of(limit);
		TokenBucketState state = null;
		long now = EPOCH;
		for (int i = 0; i < CALLS; i++) {
			now += step(random, bucket);
			state = charge(bucket, state, now, cost(random, limit));
		}
	}

	@Test
	void answersAndKeepsWhatJavaWouldWhileTheLimitChanges() {
		Random random = new Random(42);
		List<TokenBucket> buckets = limits().stream().map(TokenBucket::of).toList();
		TokenBucketState state = null;
		long now = EPOCH;
		for (int i = 0; i < CALLS_WITH_CHANGES; i++) {
			TokenBucket bucket = buckets.get(random.nextInt(buckets.size()));
			now += step(random, bucket);
			state = charge(bucket, state, now, cost(random, bucket.limit()));
		}
	}

	/**
	 * Charge here and there and compare what is answered and what is kept.
	 */
	private TokenBucketState charge(TokenBucket bucket, TokenBucketState state, long now, long cost) {
		assertThat(script.run(this.key, bucket, cost, now)).as("%s at %d", bucket.limit(), now)
			.isEqualTo(bucket.spentAt(state, now));
		TokenBucketState charged = bucket.charge(state, now, cost);
		TokenBucketState kept = (charged != null) ? charged : state;
		assertThat(script.state(this.key)).as("%s at %d", bucket.limit(), now).isEqualTo(kept);
		return kept;
	}

	/**
	 * Up to half the time in which a bucket fills, now and then backwards, and now and
	 * then not at all. Never so long that the end is beyond the times that Lua can tell
	 * apart, which is in the year 2255.
	 */
	private static long step(Random random, TokenBucket bucket) {
		long fill = bucket.capacity() / bucket.partsPerTick() * bucket.tickMicros();
		long step = random.nextLong(Math.min(fill / 2, LONGEST_STEP) + 2);
		return switch (random.nextInt(8)) {
			case 0 -> -step / 100;
			case 1 -> 0;
			default -> step;
		};
	}

	private static long cost(Random random, Limit limit) {
		return switch (random.nextInt(8)) {
			case 0 -> 0;
			case 1 -> limit.burst();
			case 2 -> limit.burst() + 1;
			case 3 -> Long.MAX_VALUE;
			default -> 1 + random.nextLong(limit.burst());
		};
	}

	static List<Limit> limits() {
		return List.of(Limit.of("7/s"), Limit.of("3/m"), Limit.of("11/13s"), Limit.of("1/d"), Limit.of("0.5/s"),
				Limit.of("0.5/s").withBurst(3), Limit.of("100000/s"), Limit.of("10000000/d"), Limit.of("1/3653d"),
				Limit.of("999/3653d").withBurst(5000), Limit.of("1/d").withBurst(1_000_000),
				Limit.of("7/3653d").withBurst(1_000), Limit.of("1000000/s"), Limit.of("123456789/s"),
				new Limit("micro", new Rate(1, Duration.of(1, ChronoUnit.MICROS)), 1_000_000_000_000_000L),
				new Limit("odd", new Rate(997, Duration.of(86_399_999_983L, ChronoUnit.MICROS)), 40_000));
	}

	@Test
	void takesTheTimeOfTheServerUnlessToldOtherwise() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/d").withBurst(2));
		assertThat(script.run(this.key, bucket, 1, null)).isZero();
		TokenBucketState first = script.state(this.key);
		assertThat(script.run(this.key, bucket, 1, null)).isBetween(1L, bucket.partsPerUnit());
		TokenBucketState second = script.state(this.key);
		assertThat(first).isNotNull();
		assertThat(second).isNotNull();
		assertThat(second.atMicros()).isGreaterThan(first.atMicros());
		assertThat(script.run(this.key, bucket, 1, null)).isGreaterThan(bucket.partsPerUnit());
		assertThat(script.state(this.key)).isEqualTo(second);
	}

	@Test
	void keyLivesAsLongAsSomethingIsMissing() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/h").withBurst(5));
		script.run(this.key, bucket, 3, null);
		assertThat(script.timeToLive(this.key)).isBetween(Duration.ofMinutes(175), Duration.ofHours(3));
	}

	@Test
	void refusalsAndQuestionsWriteNothing() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/d").withBurst(2));
		assertThat(script.run(this.key, bucket, 0, null)).isZero();
		assertThat(script.run(this.key, bucket, 3, null)).isZero();
		assertThat(script.state(this.key)).isNull();
	}

	@Test
	void longestWaitOfAllKeepsItsKey() {
		TokenBucket slowest = TokenBucket.of(Limit.of("1/3653d").withBurst(10_000_000));
		assertThat(script.run(this.key, slowest, 10_000_000, null)).isZero();
		assertThat(script.timeToLive(this.key)).isGreaterThan(Duration.ofDays(3653L * 9_999_999));
		assertThat(script.run(this.key, slowest, 1, null)).isBetween(slowest.capacity() - slowest.partsPerUnit(),
				slowest.capacity());
	}

}

package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks the scripts and the store in memory the same at the same times, and wants the same
 * answers: while limits change, while charges are settled late and under limits that were
 * changed since, and for several limits at once.
 */
class ScriptAgainstMemoryTests {

	private static final long START = 1_700_000_000_123_457L;

	// Lua tells times apart until the year 2255
	private static final long LAST = 1L << 53;

	// Within a minute all counters of one request still lie in windows that Redis is told
	private static final long MICROS_BACK = 30_000_000;

	private static final int STEPS = 1_500;

	private static final int SEEDS = 3;

	private static final int MAX_OPEN = 8;

	private static TimedRedis alone;

	private static TimedRedis gathered;

	@BeforeAll
	static void connect() {
		alone = new TimedRedis();
		gathered = TimedRedis.gathered();
	}

	@AfterAll
	static void disconnect() {
		alone.close();
		gathered.close();
	}

	@ParameterizedTest
	@MethodSource("sequences")
	void answerIsTheSame(String what, List<Limit> limits, int atOnce, long seed) {
		new Sequence(alone, what, limits, atOnce, seed).run(STEPS);
	}

	@ParameterizedTest
	@MethodSource("sequences")
	void answerOfManyAtOnceIsTheSame(String what, List<Limit> limits, int atOnce, long seed) {
		new Sequence(gathered, what, limits, atOnce, seed + SEEDS).run(STEPS);
	}

	static List<Arguments> sequences() {
		return Stream
			.of(sequences("token buckets", tokenBuckets(), 1), sequences("fixed windows", fixedWindows(), 1),
					sequences("windows of the calendar", calendarWindows(), 1),
					sequences("fixed windows of both kinds", both(fixedWindows(), calendarWindows()), 1),
					sequences("sliding windows", slidingWindows(), 1),
					sequences("large sliding windows", largeSlidingWindows(), 1),
					sequences("sliding window counters", slidingWindowCounters(), 1),
					sequences("several at once",
							both(both(tokenBuckets(), fixedWindows()),
									both(both(slidingWindows(), slidingWindowCounters()), calendarWindows())),
							4),
					// One limit that never changes meets its own edges more often
					single(tokenBuckets()), single(fixedWindows()), single(calendarWindows()), single(slidingWindows()),
					single(largeSlidingWindows()), single(slidingWindowCounters()))
			.flatMap((sequences) -> sequences)
			.toList();
	}

	private static Stream<Arguments> sequences(String what, List<Limit> limits, int atOnce) {
		return IntStream.range(0, SEEDS).mapToObj((seed) -> Arguments.of(what, limits, atOnce, (long) seed));
	}

	private static Stream<Arguments> single(List<Limit> limits) {
		return limits.stream().map((limit) -> Arguments.of("always " + limit.rate(), List.of(limit), 1, 7L));
	}

	private static List<Limit> both(List<Limit> some, List<Limit> others) {
		return Stream.concat(some.stream(), others.stream()).toList();
	}

	private static List<Limit> tokenBuckets() {
		return List.of(Limit.of("7/s"), Limit.of("3/m"), Limit.of("11/13s"), Limit.of("1/d"), Limit.of("0.5/s"),
				Limit.of("0.5/s").withBurst(3), Limit.of("100000/s"), Limit.of("10000000/d"), Limit.of("1/3653d"),
				Limit.of("999/3653d").withBurst(5000), Limit.of("1/d").withBurst(1_000_000), Limit.of("1000000/s"),
				Limit.of("123456789/s"), Limit.of(997, micros(86_399_999_983L)),
				Limit.of(1, micros(1)).withBurst(1_000_000_000_000_000L));
	}

	private static List<Limit> fixedWindows() {
		return Stream
			.of(Limit.of("1/s"), Limit.of("7/s"), Limit.of("100/m"), Limit.of("11/13s"), Limit.of("1000/d"),
					Limit.of("50/w"), Limit.of(1L << 52, Duration.ofMinutes(1)), Limit.of(3, micros(1)),
					Limit.of(5, micros(86_399_999_983L)), Limit.of("9/3653d"))
			.map((limit) -> limit.withAlgorithm(Algorithm.FIXED_WINDOW))
			.toList();
	}

	private static List<Limit> calendarWindows() {
		return List.of(calendar("5/m", "UTC"), calendar("20/h", "Asia/Kathmandu"),
				calendar("10/h", "Australia/Lord_Howe"), calendar("100/d", "Europe/Berlin"),
				calendar("100/d", "America/New_York"), calendar("30/w", "Asia/Tehran"),
				calendar("40/month", "Pacific/Apia"));
	}

	private static Limit calendar(String rate, String zone) {
		return Limit.of(rate).perCalendar(ZoneId.of(zone));
	}

	private static List<Limit> slidingWindows() {
		return Stream
			.of(Limit.of("1/s"), Limit.of("7/s"), Limit.of("3/m"), Limit.of("100/m"), Limit.of("129/10s"),
					Limit.of("11/13s"), Limit.of("50/d"), Limit.of("4/400d"), Limit.of(2, micros(1)))
			.map((limit) -> limit.withAlgorithm(Algorithm.SLIDING_WINDOW))
			.toList();
	}

	private static List<Limit> largeSlidingWindows() {
		return Stream
			.of(Limit.of("1000/s"), Limit.of("1000/m"), Limit.of("10000/m"), Limit.of("10000/h"), Limit.of("300/s"),
					Limit.of("500000/d"))
			.map((limit) -> limit.withAlgorithm(Algorithm.SLIDING_WINDOW))
			.toList();
	}

	private static List<Limit> slidingWindowCounters() {
		return Stream
			.of(Limit.of("1/s"), Limit.of("7/s"), Limit.of("100/m"), Limit.of("11/13s"), Limit.of("1000/d"),
					Limit.of("3/7s"), Limit.of(10_000_000, Duration.ofDays(1)),
					Limit.of(1_000_000_000, Duration.ofDays(30)), Limit.of(5, micros(3)))
			.map((limit) -> limit.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER))
			.toList();
	}

	private static Duration micros(long micros) {
		return Duration.of(micros, ChronoUnit.MICROS);
	}

	/**
	 * Random requests and settlements of one key, to both stores.
	 */
	private static final class Sequence {

		private final TimedRedis redis;

		private final InMemoryRateLimitStore memory;

		private final String key = UUID.randomUUID().toString();

		private final List<RateLimitSettlement> open = new ArrayList<>();

		private final String what;

		private final List<Limit> limits;

		private final int atOnce;

		private final long seed;

		private final Random random;

		private Limit recent;

		private int allowed;

		private int refused;

		Sequence(TimedRedis redis, String what, List<Limit> limits, int atOnce, long seed) {
			this.redis = redis;
			this.memory = InMemoryRateLimitStore.create(1000, redis.now()::get);
			this.what = what;
			this.limits = limits;
			this.atOnce = atOnce;
			this.seed = seed;
			this.random = new Random(seed);
			this.recent = limits.get(0);
		}

		void run(int steps) {
			long now = START;
			this.redis.now().set(now);
			chargeAllOnce();
			for (int step = 0; step < steps; step++) {
				now = Math.min(now + gap(), LAST - (steps - step));
				this.redis.now().set(now);
				if (!this.open.isEmpty() && this.random.nextInt(5) == 0) {
					settle();
				}
				else {
					acquire(step);
				}
			}
			assertThat(this.allowed).as("allowed").isGreaterThan(steps / 50);
			assertThat(this.refused).as("refused").isGreaterThan(steps / 50);
		}

		/**
		 * So that there are no new counters later: those make the store in memory drop
		 * what is over, which a key in Redis with a clock of the test's does not notice.
		 */
		private void chargeAllOnce() {
			for (int i = 0; i < this.atOnce; i++) {
				for (Limit limit : this.limits) {
					compare(-1,
							request(List.of(new Charge(TimedRedis.counter(this.key, limit.withName("limit" + i)), 1))));
				}
			}
		}

		private void acquire(int step) {
			compare(step, request());
		}

		private void compare(int step, RateLimitRequest request) {
			RateLimitDecision expected = this.memory.acquire(request).toCompletableFuture().join();
			RateLimitDecision decision = this.redis.store().acquire(request).toCompletableFuture().join();
			assertThat(decision.withSource(DecisionSource.MEMORY))
				.as("%s, seed %d, step %d at %d: %s", this.what, this.seed, step, this.redis.now().get(), request)
				.isEqualTo(expected);
			this.allowed += (decision.allowed()) ? 1 : 0;
			this.refused += (decision.allowed()) ? 0 : 1;
			if (decision.chargedAt() != null) {
				this.open.add(new RateLimitSettlement(request, decision,
						request.charges().stream().map((charge) -> real(charge.cost())).toList()));
			}
			if (this.open.size() > MAX_OPEN) {
				this.open.remove(0);
			}
		}

		private void settle() {
			RateLimitSettlement settlement = this.open.remove(this.random.nextInt(this.open.size()));
			this.memory.settle(settlement).toCompletableFuture().join();
			this.redis.store().settle(settlement).toCompletableFuture().join();
		}

		private RateLimitRequest request() {
			List<Charge> charges = new ArrayList<>();
			int count = 1 + this.random.nextInt(this.atOnce);
			for (int i = 0; i < count; i++) {
				Limit limit = limit().withName("limit" + i);
				charges.add(new Charge(TimedRedis.counter(this.key, limit), cost(limit)));
			}
			return request(charges);
		}

		private static RateLimitRequest request(List<Charge> charges) {
			return new RateLimitRequest(charges, FailureMode.CLOSED);
		}

		/**
		 * Mostly the limit asked for last, so that there is something to carry over when
		 * it changes.
		 */
		private Limit limit() {
			if (this.random.nextInt(6) == 0) {
				this.recent = this.limits.get(this.random.nextInt(this.limits.size()));
			}
			else if (this.random.nextInt(12) == 0) {
				Rate rate = this.recent.rate();
				long quota = 1 + this.random.nextLong(Math.min(rate.quota() * 2, 500_000));
				long burst = (this.recent.algorithm() == Algorithm.TOKEN_BUCKET) ? this.recent.burst() : quota;
				this.recent = new Limit("changed", new Rate(quota, rate.window()), burst, this.recent.algorithm(),
						this.recent.zone());
			}
			return this.recent;
		}

		private long cost(Limit limit) {
			long most = limit.burst();
			return switch (this.random.nextInt(16)) {
				case 0 -> 0;
				case 1 -> most;
				case 2 -> (this.atOnce > 1) ? 1 : most + 1;
				case 3 -> (this.atOnce > 1) ? 1 : Long.MAX_VALUE - this.random.nextInt(2);
				case 4, 5, 6, 7 -> 1 + this.random.nextLong(most);
				case 8, 9 -> 1 + this.random.nextLong(most / 10 + 1);
				default -> 1;
			};
		}

		private long real(long cost) {
			return switch (this.random.nextInt(8)) {
				case 0, 1 -> 0;
				case 2 -> cost;
				case 3 -> cost + 1;
				case 4 -> (this.random.nextInt(8) == 0) ? Long.MAX_VALUE : cost + 2;
				case 5 -> cost + this.random.nextLong(Math.min(cost, 1L << 40) + 1);
				default -> this.random.nextLong(cost + 1);
			};
		}

		private long gap() {
			long window = this.recent.rate().windowMicros();
			long unit = Math.max(window / this.recent.rate().quota(), 1);
			long gap = switch (this.random.nextInt(16)) {
				case 0, 1, 2, 3 -> 0;
				case 4 -> 1;
				case 5 -> unit;
				case 6 -> this.random.nextLong(window + 1);
				case 7 -> window - Math.floorMod(this.redis.now().get(), window) - this.random.nextInt(2);
				case 8 -> (this.random.nextInt(4) == 0) ? window : 0;
				case 9 -> (this.random.nextInt(8) == 0) ? 2 * window + this.random.nextLong(window + 1) : 2;
				case 10 -> -this.random.nextLong((this.atOnce > 1) ? MICROS_BACK : window / 10 + 2);
				default -> this.random.nextLong(2 * unit);
			};
			return Math.min(gap, (LAST - START) / STEPS / 2);
		}

	}

}

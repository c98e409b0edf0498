package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;

/**
 * Compares the sliding window with a log in a sorted set, side by side: time that Redis
 * spends in the script, and memory of the key, while the window is full.
 */
public final class SlidingWindowComparison {

	/**
	 * Many short rounds: what the machine does besides falls into few of them.
	 */
	private static final int ROUNDS = 101;

	private static final int CALLS = 400;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private static final String CALLER = "user:4711";

	private final MeasuredRedis redis;

	private final MarkdownTable times = timeTable();

	private final MarkdownTable bytes = new MarkdownTable("quota and cost", "sliding window, bytes", "log, bytes",
			"log / sliding window");

	private SlidingWindowComparison(MeasuredRedis redis) {
		this.redis = redis;
	}

	/**
	 * Print the tables.
	 * @param args none
	 */
	public static void main(String[] args) {
		try (MeasuredRedis redis = new MeasuredRedis()) {
			SlidingWindowComparison comparison = new SlidingWindowComparison(redis);
			comparison.measure(10, 1);
			comparison.measure(100, 1);
			comparison.measure(1_000, 1);
			comparison.measure(10_000, 1);
			comparison.measure(1_000, 10);
			comparison.measure(10_000, 10);
			comparison.measure(10_000, 100);
			new Report().print("""
					%s The log does not work out when a refused call may come again.""".formatted(method(ROUNDS)))
				.print(comparison.times)
				.print(comparison.bytes)
				.printMachine(redis);
		}
	}

	private void measure(long quota, long cost) {
		Figures figures = compare(this.redis, quota, cost, ROUNDS);
		String title = "quota %s, cost %d".formatted(Report.number(quota), cost);
		row(title + ", admitted", figures.windowAdmitted(), figures.logAdmitted());
		row(title + ", refused", figures.windowRefused(), figures.logRefused());
		this.bytes.row(title, Report.number(figures.windowBytes()), Report.number(figures.logBytes()),
				Report.decimal((double) figures.logBytes() / figures.windowBytes()));
	}

	/**
	 * Compare the two while the window is full.
	 */
	static Figures compare(MeasuredRedis redis, long quota, long cost, int rounds) {
		redis.clear();
		List<Contender> contenders = List.of(window(redis, quota, cost), log(redis, quota, cost));
		contenders.forEach(Contender::fill);
		double[][] figures = new double[4][rounds];
		for (int round = 0; round < rounds; round++) {
			for (int turn = 0; turn < 2; turn++) {
				int index = (round + turn) % 2;
				Contender contender = contenders.get(index);
				figures[index][round] = redis.scriptMicros(CALLS, contender::admit);
				figures[2 + index][round] = redis.scriptMicros(CALLS, contender::refuse);
			}
		}
		return new Figures(figures[0], figures[1], figures[2], figures[3],
				redis.memoryUsage("rate_limit:shop:api:{" + CALLER + "}~sliding"),
				redis.memoryUsage("rate_limit:shop:log:{" + CALLER + "}~sliding"));
	}

	private void row(String title, double[] window, double[] log) {
		row(this.times, title, window, log);
	}

	private static void row(MarkdownTable table, String title, double[] window, double[] log) {
		table.row(title, Spread.of(window).quartiles(Report::decimal), Spread.of(log).quartiles(Report::decimal),
				Spread.ratio(window, log).quartiles(Report::ratio));
	}

	static String method(int rounds) {
		return """
				Microseconds of Redis in the script for one decision while the window is full: the median of %d \
				alternating rounds of %s calls, each a call of its own, and the quartiles. Both are told the time."""
			.formatted(rounds, Report.number(CALLS));
	}

	private static MarkdownTable timeTable() {
		return new MarkdownTable("quota, cost and decision", "sliding window, us", "log, us", "sliding window / log");
	}

	private static Contender window(MeasuredRedis redis, long quota, long cost) {
		Clock clock = new Clock(quota, cost);
		RateLimiter limiter = RateLimiter.of("api", redis.store(clock::now),
				limit(quota).withAlgorithm(Algorithm.SLIDING_WINDOW).withName("api"));
		return new Contender(clock, quota / cost,
				() -> limiter.tryAcquireAsync(CALLER, cost).thenApply(RateLimitDecision::allowed));
	}

	private static Contender log(MeasuredRedis redis, long quota, long cost) {
		Clock clock = new Clock(quota, cost);
		SortedSetLog log = new SortedSetLog(redis.commands(), clock::now);
		return new Contender(clock, quota / cost,
				() -> log.acquire("rate_limit:shop:log:{" + CALLER + "}~sliding", limit(quota), cost));
	}

	private static Limit limit(long quota) {
		return Limit.of(quota, WINDOW);
	}

	/**
	 * A clock on which calls come just when the window has room for one more.
	 */
	private static final class Clock {

		private final long step;

		private long micros = Duration.ofDays(20_000).toSeconds() * 1_000_000;

		Clock(long quota, long cost) {
			this.step = WINDOW.toSeconds() * 1_000_000 * cost / quota;
		}

		long now() {
			return this.micros;
		}

		void tick() {
			this.micros += this.step;
		}

	}

	/**
	 * One of the two that are compared.
	 */
	private record Contender(Clock clock, long callsToFill, Supplier<CompletionStage<Boolean>> call) {

		void fill() {
			call(Math.toIntExact(this.callsToFill), true);
		}

		void admit() {
			call(CALLS, true);
		}

		void refuse() {
			call(CALLS, false);
		}

		private void call(int times, boolean admitted) {
			List<Boolean> answers = MeasuredRedis.repeat(times, () -> {
				if (admitted) {
					this.clock.tick();
				}
				return this.call.get();
			});
			if (answers.contains(!admitted)) {
				throw new IllegalStateException("A call was not decided as it should have been");
			}
		}

	}

	/**
	 * Microseconds of Redis for a decision, round by round, and the bytes of the key.
	 */
	record Figures(double[] windowAdmitted, double[] logAdmitted, double[] windowRefused, double[] logRefused,
			long windowBytes, long logBytes) {

		/**
		 * Return the times as a table.
		 */
		String table(String title) {
			MarkdownTable table = timeTable();
			SlidingWindowComparison.row(table, title + ", admitted", this.windowAdmitted, this.logAdmitted);
			SlidingWindowComparison.row(table, title + ", refused", this.windowRefused, this.logRefused);
			return table.toString();
		}

	}

}

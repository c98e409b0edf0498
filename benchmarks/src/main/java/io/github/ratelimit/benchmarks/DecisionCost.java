package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;

/**
 * Prints the time that Redis spends in the script for one decision, by algorithm and by
 * the number of limits decided at once.
 */
public final class DecisionCost {

	private static final int ROUNDS = 9;

	private static final int CALLS = 10_000;

	private static final long QUOTA = 1_000;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	// A tenth slower than the limit allows
	private static final long STEP_MICROS = WINDOW.toSeconds() * 1_100_000 / QUOTA;

	private static final String CALLER = "user:4711";

	private final MeasuredRedis redis;

	private final AtomicLong micros = new AtomicLong(Duration.ofDays(20_000).toSeconds() * 1_000_000);

	private final List<Row> rows = new ArrayList<>();

	private DecisionCost(MeasuredRedis redis) {
		this.redis = redis;
		RateLimitStore store = redis.store(this.micros::get);
		for (Algorithm algorithm : Algorithm.values()) {
			add(Report.code(algorithm), store, algorithm);
		}
		add("2 limits: `token-bucket`, `fixed-window`", store, Algorithm.TOKEN_BUCKET, Algorithm.FIXED_WINDOW);
		add("2 limits `token-bucket`", store, buckets(2));
		add("5 limits `token-bucket`", store, buckets(5));
	}

	/**
	 * Print the table.
	 * @param args none
	 */
	public static void main(String[] args) {
		try (MeasuredRedis redis = new MeasuredRedis()) {
			DecisionCost cost = new DecisionCost(redis);
			for (int round = 0; round < ROUNDS; round++) {
				cost.measure(round);
			}
			MarkdownTable table = new MarkdownTable("limits of 1,000 a minute", "admitted, us", "refused, us");
			cost.rows.forEach((row) -> table.row(row.title(), row.text(row.admitted()), row.text(row.refused())));
			new Report()
				.print("""
						Microseconds of Redis in the script for one decision: the median of %d alternating rounds of %s \
						calls, and the least and the most. The script is told the time."""
					.formatted(ROUNDS, Report.number(CALLS)))
				.print(table)
				.printMachine(redis);
		}
	}

	private static Algorithm[] buckets(int limits) {
		Algorithm[] algorithms = new Algorithm[limits];
		Arrays.fill(algorithms, Algorithm.TOKEN_BUCKET);
		return algorithms;
	}

	private void add(String title, RateLimitStore store, Algorithm... algorithms) {
		Limit[] limits = IntStream.range(0, algorithms.length)
			.mapToObj((i) -> Limit.of(QUOTA, WINDOW).withName("limit" + i).withAlgorithm(algorithms[i]))
			.toArray(Limit[]::new);
		this.rows.add(new Row(title, RateLimiter.of("api" + this.rows.size(), store, limits), new double[ROUNDS],
				new double[ROUNDS]));
	}

	private void measure(int round) {
		for (Row row : this.rows) {
			this.redis.clear();
			call(row, Math.toIntExact(2 * QUOTA), STEP_MICROS);
			row.admitted()[round] = this.redis.scriptMicros(CALLS, () -> call(row, CALLS, STEP_MICROS));
			call(row, Math.toIntExact(QUOTA), 0);
			row.refused()[round] = this.redis.scriptMicros(CALLS, () -> call(row, CALLS, 0));
		}
	}

	private void call(Row row, int times, long stepMicros) {
		MeasuredRedis.repeat(times, () -> {
			this.micros.addAndGet(stepMicros);
			return row.limiter().tryAcquireAsync(CALLER);
		});
	}

	/**
	 * What is measured, and what each round gave.
	 */
	private record Row(String title, RateLimiter limiter, double[] admitted, double[] refused) {

		private String text(double[] figures) {
			return Spread.of(figures).text(Report::decimal);
		}

	}

}

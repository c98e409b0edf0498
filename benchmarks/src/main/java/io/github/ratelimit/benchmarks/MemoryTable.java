package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;

/**
 * Prints the memory that one key takes in Redis, by algorithm and by the calls it saw.
 */
public final class MemoryTable {

	private static final long[] CALLS = { 1, 10, 100, 1_000, 10_000 };

	private static final long[] SMALL_QUOTAS = { 10, 100, 1_000 };

	private static final long QUOTA = 10_000;

	private static final String CALLER = "user:4711";

	private final MeasuredRedis redis;

	private final MarkdownTable whole = new MarkdownTable("bytes of a key after calls", "length of its name", "1", "10",
			"100", "1,000", "10,000");

	private final MarkdownTable perUnit = new MarkdownTable("bytes of state per unit after calls", "1", "10", "100",
			"1,000", "10,000");

	private long micros = Duration.ofDays(20_000).toSeconds() * 1_000_000;

	private MemoryTable(MeasuredRedis redis) {
		this.redis = redis;
	}

	/**
	 * Print the tables.
	 * @param args none
	 */
	public static void main(String[] args) {
		try (MeasuredRedis redis = new MeasuredRedis()) {
			MemoryTable table = new MemoryTable(redis);
			table.measure();
			new Report().print("Quota 10,000 per hour unless said, one unit a call, a millisecond between two calls.")
				.print(table.whole)
				.print(table.perUnit)
				.printMachine(redis);
		}
	}

	private void measure() {
		for (Algorithm algorithm : Algorithm.values()) {
			Limit limit = limit(QUOTA).withAlgorithm(algorithm);
			add(Report.code(algorithm), limit);
		}
		for (long quota : SMALL_QUOTAS) {
			add("`sliding-window`, quota " + Report.number(quota),
					limit(quota).withAlgorithm(Algorithm.SLIDING_WINDOW));
		}
		SortedSetLog log = new SortedSetLog(this.redis.commands(), this::tick);
		add("a log in a sorted set", QUOTA,
				() -> log.acquire("rate_limit:shop:api:{" + CALLER + "}~sliding", limit(QUOTA), 1));
	}

	private void add(String title, Limit limit) {
		RateLimiter limiter = RateLimiter.of("api", this.redis.store(this::tick), limit.withName("api"));
		add(title, limit.rate().quota(), () -> limiter.tryAcquireAsync(CALLER).thenApply(RateLimitDecision::allowed));
	}

	private void add(String title, long quota, Supplier<CompletionStage<Boolean>> call) {
		List<String> bytes = new ArrayList<>();
		List<String> bytesPerUnit = new ArrayList<>();
		this.redis.clear();
		long done = 0;
		for (long calls : CALLS) {
			if (calls <= quota) {
				MeasuredRedis.repeat(Math.toIntExact(calls - done), call);
				done = calls;
				String key = this.redis.onlyKey();
				bytes.add(Report.number(this.redis.memoryUsage(key)));
				bytesPerUnit.add(Report.ratio((double) this.redis.stateBytes(key) / calls));
			}
			else {
				bytes.add("");
				bytesPerUnit.add("");
			}
		}
		bytes.addAll(0, List.of(title, Report.number(this.redis.onlyKey().length())));
		bytesPerUnit.add(0, title);
		this.whole.row(bytes.toArray(String[]::new));
		this.perUnit.row(bytesPerUnit.toArray(String[]::new));
	}

	private long tick() {
		this.micros += 1_000;
		return this.micros;
	}

	private static Limit limit(long quota) {
		return Limit.of(quota, Duration.ofHours(1));
	}

}

package io.github.ratelimit.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Compares this project's limiter with others, side by side, and prints a report.
 */
public final class Comparison {

	private static final String SHARED = """
			Threads that ask again as soon as they are answered, over one connection each contender has (Redisson: its pool). \
			Decisions are for one unit. A key of many may use 1,000 units a minute, the hot key 1,000,000 a second; where \
			calls are refused, 1 a day, which is used up. `PING` is Lettuce's, and limits nothing: the floor of one round \
			trip. Commands, time of Redis (`INFO commandstats`, sent commands only) and bytes that all threads allocate are \
			for one decision; the medians of rounds, as are the times.""";

	private static final String CLUSTER = """
			Three nodes without replicas. Decisions of one slot travel together: those of a hot key, and of many keys hardly \
			any. Commands and time of Redis are the sum over the nodes, for one decision.""";

	private static final String MEMORY = """
			The same without Redis; ours as it is made in code, which is how the others are used, and as the \
			auto-configuration makes it, which tells meters and the log of decisions. A key of many may use 1,000,000 a day, \
			the hot key 1,000,000,000 in ten minutes, so that no bucket is full again when the next call comes; but \
			Guava's limiters save no more than a second's units, and have theirs back in a second. The time of one call in 64 is taken: a clock costs more than such a call does. Where \
			more threads ask than there are processors, slow calls are those that had to wait for one.""";

	private static final String HTTP = """
			An application of Spring Boot with one resource that says hello, on Tomcat in the same process; %d connections \
			that stay open, each from an address of its own, which is what is limited. Bucket4j's starter counts through its \
			manager for Lettuce, which it has for reactive applications only and takes from a bean of the application's in \
			others; it asks for units before it takes them.""";

	private Comparison() {
	}

	/**
	 * Print the report.
	 * @param args {@code --quick} for a look in less than three minutes; {@code --readme}
	 * to measure nothing, and write what the report says into the README
	 * @throws Exception if an application does not start
	 */
	public static void main(String[] args) throws Exception {
		if (List.of(args).contains("--readme")) {
			ReadmeSection.write(Path.of(""));
			return;
		}
		// That of tests is on the class path too, and applications would set up another
		// one
		System.setProperty("logback.configurationFile", "logback.xml");
		System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
		Logger.getLogger("").setLevel(Level.WARNING);
		Pace pace = List.of(args).contains("--quick") ? Pace.QUICK : Pace.FULL;
		try (MeasuredRedis redis = new MeasuredRedis()) {
			new Report().print(report(redis, pace));
		}
	}

	private static ComparisonReport report(MeasuredRedis redis, Pace pace) throws Exception {
		Scenes scenes = Scenes.measure(redis, pace);
		OverAdmission overAdmission = OverAdmission.measure(redis, Contenders.FOUR_LEASED, pace.overAdmission());
		SlidingWindowComparison.Figures sliding = SlidingWindowComparison.compare(redis, 1_000, 1, pace.windows());
		List<StartupCost.Row> startups = StartupCost.rows(pace.startups());
		List<Aim> aims = new Aims(scenes, overAdmission, sliding, startups.get(2).ratio()).all();
		return new ComparisonReport(pace).begin(redis)
			.aims(aims)
			.tables("Redis", SHARED, scenes.shared())
			.tables("Cluster", CLUSTER, scenes.cluster())
			.tables("Refused flood", "The refusal cache, beside each call being decided by Redis.",
					List.of(scenes.flood()))
			.tables("Leases", "Four instances in one process ask for one hot key.", List.of(scenes.leased()))
			.section("Over-admission", overAdmission.text())
			.tables("Two limits", "A token bucket, and beside it a fixed window of a day.", List.of(scenes.limits()))
			.tables("In memory", MEMORY, scenes.memory())
			.tables("HTTP", HTTP.formatted(Scenes.CONNECTIONS), List.of(scenes.http()))
			.section("Exact sliding window", SlidingWindowComparison.method(pace.windows()),
					sliding.table("quota 1,000, cost 1"))
			.section("Start-up",
					"From the start of a process until its web application serves; the least and the most.",
					StartupCost.table(startups).toString())
			.section("Bytes per key",
					"In Redis all keys that one caller has (`MEMORY USAGE`); in memory what the heap grows by, for %s keys."
						.formatted(Report.number(pace.keys())),
					BytesPerKey.table(redis, pace.keys()));
	}

}

package io.github.ratelimit.benchmarks;

import java.time.Duration;

/**
 * How long the comparison takes its time.
 *
 * @param quick whether it is a look, and not a measurement
 * @param rounds rounds of each measurement
 * @param shared time of one contender in a round that counts in Redis
 * @param memory time of one contender in a round that counts in memory
 * @param http time of one server in a round
 * @param keys how many keys are many
 * @param startups rounds in which applications are started
 */
record Pace(boolean quick, int rounds, Duration shared, Duration memory, Duration http, int keys, int startups) {

	static final Pace FULL = new Pace(false, 5, Duration.ofMillis(500), Duration.ofMillis(300), Duration.ofSeconds(2),
			100_000, 7);

	static final Pace QUICK = new Pace(true, 3, Duration.ofMillis(100), Duration.ofMillis(60), Duration.ofMillis(500),
			10_000, 2);

}

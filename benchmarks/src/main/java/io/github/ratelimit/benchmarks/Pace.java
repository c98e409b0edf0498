package io.github.ratelimit.benchmarks;

import java.time.Duration;

/**
 * How long the comparison takes its time.
 *
 * @param quick whether it is a look, and not a measurement
 * @param rounds rounds of each measurement
 * @param turn time of one contender in a round of what an aim is about
 * @param shorter time of one contender in a round of anything else
 * @param overAdmission time in which more than a limit allows is looked for
 * @param keys how many keys are many
 * @param startups rounds in which applications are started
 * @param windows rounds of the sliding window beside a sorted set
 */
record Pace(boolean quick, int rounds, Duration turn, Duration shorter, Duration overAdmission, int keys, int startups,
		int windows) {

	static final Pace FULL = new Pace(false, 5, Duration.ofMillis(250), Duration.ofMillis(100), Duration.ofSeconds(3),
			100_000, 3, 41);

	static final Pace QUICK = new Pace(true, 2, Duration.ofMillis(80), Duration.ofMillis(30), Duration.ofSeconds(1),
			10_000, 1, 21);

}

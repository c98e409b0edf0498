package io.github.ratelimit.benchmarks;

import io.github.ratelimit.benchmarks.contender.CommandCost;

/**
 * What one round of a measurement gave.
 *
 * @param perSecond decisions in a second
 * @param medianMicros time of the decision in the middle
 * @param slowMicros time that one of a hundred decisions takes longer than
 * @param commands commands that were sent to Redis, for one decision
 * @param redisMicros time of Redis, for one decision
 * @param bytes bytes allocated, for one decision
 */
record Sample(double perSecond, double medianMicros, double slowMicros, double commands, double redisMicros,
		double bytes) {

	static Sample of(Load.Result load, CommandCost cost) {
		return new Sample(load.calls() / load.seconds(), load.nanos().getValueAtPercentile(50) / 1e3,
				load.nanos().getValueAtPercentile(99) / 1e3, cost.calls() / load.calls(), cost.micros() / load.calls(),
				(double) load.bytes() / load.calls());
	}

}

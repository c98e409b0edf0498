package io.github.ratelimit.algorithm;

/**
 * What is kept of a key under one limit. Immutable.
 */
public sealed interface LimitState permits TokenBucketState, WindowCounts, AdmissionLog {

	/**
	 * Return when this was written.
	 * @return microseconds since the epoch
	 */
	long atMicros();

}

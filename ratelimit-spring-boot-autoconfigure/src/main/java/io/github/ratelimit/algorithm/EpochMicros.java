package io.github.ratelimit.algorithm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times as microseconds since the epoch.
 */
final class EpochMicros {

	private static final long PER_SECOND = 1_000_000;

	private EpochMicros() {
	}

	/**
	 * Return a time in microseconds, or the nearest that there is. What the JDK has for
	 * it counts nanoseconds on the way, and those end in the year 2262.
	 */
	static long of(Instant time) {
		long seconds = time.getEpochSecond();
		if (seconds >= Long.MAX_VALUE / PER_SECOND) {
			return Long.MAX_VALUE;
		}
		if (seconds < Long.MIN_VALUE / PER_SECOND) {
			return Long.MIN_VALUE;
		}
		return seconds * PER_SECOND + time.getNano() / 1000;
	}

	static Instant time(long micros) {
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

}

package io.github.ratelimit;

import java.time.Duration;
import java.time.Instant;

/**
 * Times and durations in whole microseconds.
 */
final class Micros {

	private static final long PER_SECOND = 1_000_000;

	private static final long NANOS = 1_000;

	private Micros() {
	}

	/**
	 * Return a time as microseconds since the epoch. What the JDK has for it counts
	 * nanoseconds on the way, and those end in the year 2262.
	 */
	static long of(Instant time) {
		return Math.addExact(Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS);
	}

	static Instant time(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
	}

	static Duration duration(long micros) {
		return Duration.ofSeconds(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
	}

}

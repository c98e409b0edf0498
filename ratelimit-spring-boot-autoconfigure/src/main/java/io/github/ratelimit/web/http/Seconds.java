package io.github.ratelimit.web.http;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

import io.github.ratelimit.Limit;

/**
 * Durations in whole seconds, rounded up.
 */
final class Seconds {

	private static final BigInteger MICROS = BigInteger.valueOf(1_000_000);

	private Seconds() {
	}

	static long roundedUp(Duration duration) {
		return duration.getSeconds() + ((duration.getNano() > 0) ? 1 : 0);
	}

	static long epochRoundedUp(Instant now, Duration after) {
		return now.getEpochSecond() + roundedUp(after.plusNanos(now.getNano()));
	}

	/**
	 * Return how long an empty bucket of the limit takes to be full.
	 */
	static long toFill(Limit limit) {
		BigInteger[] seconds = BigInteger.valueOf(limit.burst())
			.multiply(BigInteger.valueOf(limit.rate().windowMicros()))
			.divideAndRemainder(BigInteger.valueOf(limit.rate().quota()).multiply(MICROS));
		BigInteger up = (seconds[1].signum() > 0) ? seconds[0].add(BigInteger.ONE) : seconds[0];
		return up.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
	}

}

package io.github.ratelimit.store.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The time of day when the process began, and from there a clock that is never set.
 */
final class MonotonicMicros {

	private MonotonicMicros() {
	}

	static LongSupplier now() {
		long originMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
		long originNanos = System.nanoTime();
		return () -> originMicros + (System.nanoTime() - originNanos) / 1000;
	}

}

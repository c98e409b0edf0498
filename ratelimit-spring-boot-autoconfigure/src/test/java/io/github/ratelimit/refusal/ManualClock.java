package io.github.ratelimit.refusal;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time, as tests set it: that of a store in microseconds, and that of who asks it in
 * nanoseconds.
 */
final class ManualClock {

	private final AtomicLong micros = new AtomicLong(1_700_000_000_123_457L);

	void pass(Duration duration) {
		this.micros.addAndGet(duration.dividedBy(ChronoUnit.MICROS.getDuration()));
	}

	void passMicros(long micros) {
		this.micros.addAndGet(micros);
	}

	void set(long micros) {
		this.micros.set(micros);
	}

	long micros() {
		return this.micros.get();
	}

	/**
	 * Overflows soon, as the nanoseconds of a computer may.
	 */
	long nanos() {
		return this.micros.get() * 1_000 + Long.MAX_VALUE - 1_700_000_001_000_000_000L;
	}

}

package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.Instant;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.jspecify.annotations.Nullable;

/**
 * One key under a limit, as a store keeps it: charged if the cost fits, and only then.
 */
final class CountedKey {

	private LimitAlgorithm algorithm;

	private @Nullable LimitState state;

	CountedKey(Limit limit) {
		this.algorithm = LimitAlgorithm.of(limit);
	}

	/**
	 * Change the limit, and keep what was counted.
	 */
	CountedKey change(Limit limit) {
		this.algorithm = LimitAlgorithm.of(limit);
		return this;
	}

	LimitStatus acquire(long now, long cost) {
		Reading reading = this.algorithm.read(this.state, now, cost);
		if (reading.fits() && cost > 0) {
			this.state = this.algorithm.charge(this.state, now, cost);
		}
		return reading.status(reading.fits());
	}

	boolean admits(long now, long cost) {
		return !acquire(now, cost).refused();
	}

	/**
	 * Ask what would be said to a cost, without charging it.
	 */
	LimitStatus ask(long now, long cost) {
		return this.algorithm.read(this.state, now, cost).status(false);
	}

	long remaining(long now) {
		return ask(now, 0).remaining();
	}

	/**
	 * Charge a cost that must fit, and return what is needed to settle it.
	 */
	Charged reserve(long now, long cost) {
		LimitStatus status = acquire(now, cost);
		if (status.refused()) {
			throw new AssertionError("refused " + cost + ": " + status);
		}
		return charged(now, cost, status);
	}

	static Charged charged(long now, long cost, LimitStatus status) {
		return new Charged(now, cost, now + micros(status.resetAfter()));
	}

	void settle(long now, Charged charged, long cost) {
		if (cost != charged.cost()) {
			this.state = this.algorithm.settle(this.state, now, charged, cost);
		}
	}

	@Nullable LimitState state() {
		return this.state;
	}

	LimitAlgorithm algorithm() {
		return this.algorithm;
	}

	static long micros(Duration wait) {
		return EpochMicros.of(Instant.EPOCH.plus(wait));
	}

}

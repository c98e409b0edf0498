package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait for a shared store, when to stop asking it, and when to try again.
 *
 * @param deadline how long a decision waits, longer than zero
 * @param failureThreshold failures in a row after which the circuit breaker opens, at
 * least 1
 * @param slowCallDuration a decision that takes longer is slow, longer than zero
 * @param windowSize decisions that are looked back on, at least 1: the circuit breaker
 * opens too where most of them were slow, or most failed
 * @param waitDuration how long to wait until the store is tried again, longer than zero;
 * each time between four and six fifths of it, so that instances do not try all at once
 */
public record FailureModeSettings(Duration deadline, int failureThreshold, Duration slowCallDuration, int windowSize,
		Duration waitDuration) {

	private static final int FAILURE_THRESHOLD = 5;

	private static final int WINDOW_SIZE = 50;

	private static final Duration WAIT = Duration.ofSeconds(10);

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if one is out of its range
	 */
	public FailureModeSettings {
		requirePositive("deadline", deadline);
		requirePositive("slowCallDuration", slowCallDuration);
		requirePositive("waitDuration", waitDuration);
		requirePositive("failureThreshold", failureThreshold);
		requirePositive("windowSize", windowSize);
	}

	private static void requirePositive(String name, Duration value) {
		if (Objects.requireNonNull(value, () -> name + " must not be null").isNegative() || value.isZero()) {
			throw new IllegalArgumentException(name + " must be longer than zero, not " + value);
		}
	}

	private static void requirePositive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + " must be at least 1, not " + value);
		}
	}

	/**
	 * Return settings with a deadline, of which more than half is slow: 5 failures in a
	 * row, a window of 50 decisions, and a wait of 10 seconds.
	 * @param deadline how long a decision waits
	 * @return the settings
	 */
	public static FailureModeSettings of(Duration deadline) {
		Duration half = deadline.dividedBy(2);
		return new FailureModeSettings(deadline, FAILURE_THRESHOLD, (half.isZero()) ? deadline : half, WINDOW_SIZE,
				WAIT);
	}

	/**
	 * Return these settings with another threshold.
	 * @param failureThreshold failures in a row after which the circuit breaker opens
	 * @return the settings
	 */
	public FailureModeSettings withFailureThreshold(int failureThreshold) {
		return new FailureModeSettings(this.deadline, failureThreshold, this.slowCallDuration, this.windowSize,
				this.waitDuration);
	}

	/**
	 * Return these settings with another notion of slow.
	 * @param slowCallDuration a decision that takes longer is slow
	 * @return the settings
	 */
	public FailureModeSettings withSlowCallDuration(Duration slowCallDuration) {
		return new FailureModeSettings(this.deadline, this.failureThreshold, slowCallDuration, this.windowSize,
				this.waitDuration);
	}

	/**
	 * Return these settings with another window.
	 * @param windowSize decisions that are looked back on
	 * @return the settings
	 */
	public FailureModeSettings withWindowSize(int windowSize) {
		return new FailureModeSettings(this.deadline, this.failureThreshold, this.slowCallDuration, windowSize,
				this.waitDuration);
	}

	/**
	 * Return these settings with another wait duration.
	 * @param waitDuration how long to wait until the store is tried again
	 * @return the settings
	 */
	public FailureModeSettings withWaitDuration(Duration waitDuration) {
		return new FailureModeSettings(this.deadline, this.failureThreshold, this.slowCallDuration, this.windowSize,
				waitDuration);
	}

}

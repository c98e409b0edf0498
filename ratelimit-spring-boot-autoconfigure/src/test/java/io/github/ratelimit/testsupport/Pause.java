package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waiting where it is time itself that a test or a measurement needs: a load keeps its
 * pace by it. What waits for something to happen uses a condition.
 */
public final class Pause {

	private Pause() {
	}

	/**
	 * Wait, whatever wakes the thread before its time, but for an interrupt.
	 * @param duration how long
	 */
	public static void of(Duration duration) {
		until(System.nanoTime() + duration.toNanos());
	}

	/**
	 * Wait until a point in time, whatever wakes the thread before, but for an interrupt.
	 * @param nanoTime the time, by {@link System#nanoTime()}
	 */
	public static void until(long nanoTime) {
		long remaining = nanoTime - System.nanoTime();
		while (remaining > 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(remaining);
			remaining = nanoTime - System.nanoTime();
		}
	}

}

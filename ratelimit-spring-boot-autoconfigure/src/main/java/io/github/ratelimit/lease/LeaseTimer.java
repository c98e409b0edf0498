package io.github.ratelimit.lease;

/**
 * Does things later, where nobody waits.
 */
interface LeaseTimer extends AutoCloseable {

	/**
	 * Do something after a time, unless this is closed before.
	 */
	void after(long nanos, Runnable action);

	@Override
	void close();

}

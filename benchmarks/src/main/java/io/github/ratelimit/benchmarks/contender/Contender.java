package io.github.ratelimit.benchmarks.contender;

/**
 * A limiter that is compared with others. Safe for use by many threads.
 */
public interface Contender extends AutoCloseable {

	/**
	 * Charge one unit if the limit allows it.
	 * @param key whose count it is
	 * @return whether it does
	 */
	boolean tryAcquire(String key);

	@Override
	default void close() {
	}

}

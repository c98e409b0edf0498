package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.RedisException;

/**
 * Commands that were sent and not answered yet. Safe for use by many threads.
 */
final class CommandsUnderWay {

	/**
	 * More than Redis answers within any sensible deadline: while it is frozen, requests
	 * beyond these fail at once instead of piling up in memory and being charged late.
	 */
	static final int MAX = 4096;

	private final AtomicInteger number = new AtomicInteger();

	private final CountDownLatch noneAnyMore = new CountDownLatch(1);

	private volatile boolean closed;

	/**
	 * Note a command that is about to be sent.
	 * @throws RedisException if no more may be sent, now or at all
	 */
	void begin() {
		int begun = this.number.incrementAndGet();
		if (this.closed) {
			end();
			throw new RedisException("The connection to Redis is closed");
		}
		if (begun > MAX) {
			end();
			throw new RedisException(MAX + " commands wait for Redis to answer");
		}
	}

	/**
	 * Note that a command has been answered, or never will be.
	 */
	void end() {
		if (this.number.decrementAndGet() == 0 && this.closed) {
			this.noneAnyMore.countDown();
		}
	}

	/**
	 * Let no more commands begin, and wait for the others to end.
	 */
	void close(Duration atMost) {
		this.closed = true;
		if (this.number.get() == 0) {
			return;
		}
		try {
			this.noneAnyMore.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

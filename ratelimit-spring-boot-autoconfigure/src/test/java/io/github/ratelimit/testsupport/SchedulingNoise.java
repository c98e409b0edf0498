package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * How long this machine keeps threads waiting that want to run: what threads that only
 * wait a millisecond at a time wait longer. No program can be on time by more than that.
 */
public final class SchedulingNoise implements AutoCloseable {

	private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

	private static final int THREADS = 4;

	private final AtomicLong worst = new AtomicLong();

	private final List<Thread> threads;

	private volatile boolean ended;

	/**
	 * Start to listen.
	 */
	public SchedulingNoise() {
		this.threads = IntStream.range(0, THREADS).mapToObj((i) -> new Thread(this::listen, "noise-" + i)).toList();
		this.threads.forEach((thread) -> {
			thread.setDaemon(true);
			thread.start();
		});
	}

	private void listen() {
		while (!this.ended) {
			long due = System.nanoTime() + MILLISECOND;
			Pause.until(due);
			this.worst.accumulateAndGet(System.nanoTime() - due, Math::max);
		}
	}

	/**
	 * Return the longest that a thread was kept waiting since this was last asked.
	 * @return the time
	 */
	public Duration worst() {
		return Duration.ofNanos(this.worst.getAndSet(0));
	}

	/**
	 * Listen no more.
	 */
	@Override
	public void close() {
		this.ended = true;
	}

}

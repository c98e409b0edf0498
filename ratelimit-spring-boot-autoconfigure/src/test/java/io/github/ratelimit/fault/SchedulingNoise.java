package io.github.ratelimit.fault;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.ratelimit.testsupport.Pause;

/**
 * How long this machine keeps threads waiting that want to run: what threads that only
 * wait a millisecond at a time wait longer. No program can be on time by more than that.
 */
final class SchedulingNoise implements AutoCloseable {

	private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

	private static final int THREADS = FaultRun.CALLERS;

	private final AtomicLong worst = new AtomicLong();

	private final List<Thread> threads;

	private volatile boolean ended;

	SchedulingNoise() {
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
	 * Return the longest that a thread was kept waiting.
	 */
	Duration worst() {
		return Duration.ofNanos(this.worst.get());
	}

	@Override
	public void close() {
		this.ended = true;
	}

}

package io.github.ratelimit.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A {@link LeaseTimer} that does things when it is told to, which may be late.
 */
class ManualTimer implements LeaseTimer {

	private final LongSupplier nanoTime;

	private final List<Task> tasks = new ArrayList<>();

	private boolean closed;

	ManualTimer(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void after(long nanos, Runnable action) {
		this.tasks.add(new Task(this.nanoTime.getAsLong() + nanos, action));
	}

	/**
	 * Do what is due.
	 */
	void fire() {
		List<Task> due = this.tasks.stream().filter((task) -> task.at() <= this.nanoTime.getAsLong()).toList();
		this.tasks.removeAll(due);
		if (!this.closed) {
			due.forEach((task) -> task.action().run());
		}
	}

	@Override
	public void close() {
		this.closed = true;
	}

	private record Task(long at, Runnable action) {

	}

}

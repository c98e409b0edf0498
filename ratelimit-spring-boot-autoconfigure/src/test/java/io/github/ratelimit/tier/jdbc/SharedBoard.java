package io.github.ratelimit.tier.jdbc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * An exchange of instances in one process.
 */
final class SharedBoard implements RuleExchange {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final AtomicInteger copies = new AtomicInteger();

	private volatile @Nullable String copy;

	int listeners() {
		return this.listeners.size();
	}

	int copies() {
		return this.copies.get();
	}

	@Override
	public void open(Runnable changed) {
		this.listeners.add(changed);
	}

	@Override
	public void announce() {
		this.listeners.forEach(Runnable::run);
	}

	@Override
	public void keep(String text) {
		this.copies.incrementAndGet();
		this.copy = text;
	}

	@Override
	public void prolong() {
	}

	@Override
	public @Nullable String find() {
		return this.copy;
	}

}

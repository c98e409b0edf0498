package io.github.ratelimit.tier.jdbc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * An exchange of instances in one process.
 */
final class SharedBoard implements RuleExchange {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private volatile @Nullable String copy;

	int listeners() {
		return this.listeners.size();
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

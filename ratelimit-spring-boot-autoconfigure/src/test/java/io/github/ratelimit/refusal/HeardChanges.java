package io.github.ratelimit.refusal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.ratelimit.CounterChanges;

/**
 * What an instance hears, as tests say it.
 */
final class HeardChanges implements CounterChanges {

	private final List<Consumer<Change>> listeners = new ArrayList<>();

	@Override
	public void tell(Change change) {
		this.listeners.forEach((listener) -> listener.accept(change));
	}

	@Override
	public void listen(Consumer<Change> listener) {
		this.listeners.add(listener);
	}

}

package io.github.ratelimit.autoconfigure;

import java.util.function.Consumer;

import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * The shared store with what is done while it cannot decide, around which the store of
 * the application stands. No bean of the store's type, of which there is one.
 *
 * @param store the store, {@code null} where none is shared
 */
public record GuardedStore(@Nullable FailureModeRateLimitStore store) implements AutoCloseable {

	/**
	 * Do something with the store, if one is shared.
	 * @param action what to do
	 */
	public void ifShared(Consumer<FailureModeRateLimitStore> action) {
		if (this.store != null) {
			action.accept(this.store);
		}
	}

	@Override
	public void close() {
		ifShared(FailureModeRateLimitStore::close);
	}

}

package io.github.ratelimit.autoconfigure;

import java.util.function.Consumer;

import io.github.ratelimit.lease.LeasingRateLimitStore;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * The shared store with what is done while it cannot decide, around which the store of
 * the application stands. No bean of the store's type, of which there is one.
 *
 * @param store the store, {@code null} where none is shared
 * @param leases what is drawn from it in advance, {@code null} where nothing is
 */
public record GuardedStore(@Nullable FailureModeRateLimitStore store,
		@Nullable LeasingRateLimitStore leases) implements AutoCloseable {

	/**
	 * Do something with the store, if one is shared.
	 * @param action what to do
	 */
	public void ifShared(Consumer<FailureModeRateLimitStore> action) {
		if (this.store != null) {
			action.accept(this.store);
		}
	}

	/**
	 * Give back what was drawn in advance, and draw no more.
	 */
	void giveBackLeases() {
		if (this.leases != null) {
			this.leases.close();
		}
	}

	@Override
	public void close() {
		giveBackLeases();
		ifShared(FailureModeRateLimitStore::close);
	}

}

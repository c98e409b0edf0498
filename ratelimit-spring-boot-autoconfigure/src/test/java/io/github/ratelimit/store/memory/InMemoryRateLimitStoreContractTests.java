package io.github.ratelimit.store.memory;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.contract.RateLimitStoreContract;

/**
 * {@link RateLimitStoreContract} for {@link InMemoryRateLimitStore}.
 */
class InMemoryRateLimitStoreContractTests extends RateLimitStoreContract {

	private final InMemoryRateLimitStore store = InMemoryRateLimitStore.create();

	@Override
	protected RateLimitStore store() {
		return this.store;
	}

	@Override
	protected DecisionSource source() {
		return DecisionSource.MEMORY;
	}

}

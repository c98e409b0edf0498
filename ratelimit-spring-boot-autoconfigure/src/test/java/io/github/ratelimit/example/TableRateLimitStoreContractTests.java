package io.github.ratelimit.example;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.contract.RateLimitStoreContract;
import org.junit.jupiter.api.AfterEach;

/**
 * {@link RateLimitStoreContract} for {@link TableRateLimitStore}.
 */
class TableRateLimitStoreContractTests extends RateLimitStoreContract {

	private final ExecutorService executor = Executors.newFixedThreadPool(4);

	private final RateLimitStore store = new TableRateLimitStore(new MapTable(), this.executor, InstantSource.system());

	@AfterEach
	void shutDown() {
		this.executor.shutdownNow();
	}

	@Override
	protected RateLimitStore store() {
		return this.store;
	}

	@Override
	protected DecisionSource source() {
		return DecisionSource.CUSTOM;
	}

	@Override
	protected Set<Algorithm> algorithms() {
		return EnumSet.of(Algorithm.TOKEN_BUCKET);
	}

}

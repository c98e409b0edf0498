package io.github.ratelimit.actuate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.actuate.KeyDescriptor.CountDescriptor;
import io.github.ratelimit.tier.LimitsInForce;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;

/**
 * The counts that keys have in the tiers.
 */
final class KeyCounts {

	private final TierRateLimiters limiters;

	KeyCounts(TierRateLimiters limiters) {
		this.limiters = limiters;
	}

	/**
	 * Return where a key stands, without charging it.
	 */
	List<CountDescriptor> peek(String tier, String key) {
		List<CompletableFuture<List<CountDescriptor>>> counts = counters(tier, key).stream()
			.map((counter) -> counter.limiter()
				.peekAsync(key)
				.thenApply((decision) -> CountDescriptor.of(counter, decision))
				.toCompletableFuture())
			.toList();
		return counts.stream().map(KeyCounts::await).flatMap(List::stream).toList();
	}

	/**
	 * Forget what was charged to a key.
	 */
	void reset(String tier, String key) {
		List<CompletableFuture<Void>> resets = counters(tier, key).stream()
			.map((counter) -> counter.limiter().resetAsync(key).toCompletableFuture())
			.toList();
		resets.forEach(KeyCounts::await);
	}

	/**
	 * Find what a key may have counts in. Calls that name no endpoint are counted in a
	 * tier of scope {@link Scope#ENDPOINT} too, by themselves.
	 */
	private List<Counter> counters(String tierName, String key) {
		Tier tier = this.limiters.tier(tierName);
		if (key.isBlank()) {
			throw new IllegalArgumentException("A key must not be blank");
		}
		List<@Nullable String> endpoints = new ArrayList<>();
		endpoints.add(null);
		endpoints.addAll(this.limiters.endpoints(tier));
		List<Counter> counters = new ArrayList<>();
		for (String endpoint : endpoints) {
			Set<Rule> seen = new HashSet<>();
			for (String plan : tier.limitsByPlan().keySet()) {
				LimitsInForce limits = this.limiters.limits(tier, key, List.of(plan), endpoint);
				// A rule for the key or for all is the same whatever the plan
				if (limits.rule() == null || seen.add(limits.rule())) {
					counters.add(new Counter(endpoint, plan, limits.settings().limits(),
							this.limiters.limiter(tier, List.of(plan), endpoint)));
				}
			}
		}
		return counters;
	}

	private static <T> T await(CompletableFuture<T> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * One of a key's counts, with the limits that see it.
	 */
	record Counter(@Nullable String endpoint, String plan, List<Limit> limits, RateLimiter limiter) {

	}

}

package io.github.ratelimit.tier;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import org.jspecify.annotations.Nullable;

/**
 * The limiters of the application's tiers. Safe for use by many threads.
 */
public final class TierRateLimiters implements RateLimiterRegistry {

	private final Map<String, Tier> tiers = new TreeMap<>();

	private final RateLimitStore store;

	private final RateLimitListener listener;

	private final JointRateLimiter joint;

	private final Map<LimiterId, Limiter> limiters = new ConcurrentHashMap<>();

	private final Set<String> used = ConcurrentHashMap.newKeySet();

	/**
	 * Create limiters for the given tiers.
	 * @param tiers the tiers
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @throws UnknownTierException if a gate is none of the tiers
	 */
	public TierRateLimiters(Collection<Tier> tiers, RateLimitStore store, RateLimitListener listener) {
		tiers.forEach((tier) -> this.tiers.put(tier.name(), tier));
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
		this.joint = new JointRateLimiter(store, listener);
		this.tiers.values()
			.stream()
			.filter((tier) -> tier.gate() != null)
			.forEach((tier) -> requireTier(Objects.requireNonNull(tier.gate()),
					"The gate of tier '" + tier.name() + "'"));
	}

	@Override
	public RateLimiter get(String tier) {
		return limiter(used(tier), List.of(), null);
	}

	@Override
	public RateLimiter get(String tier, String plan) {
		return limiter(used(tier), List.of(plan), null);
	}

	@Override
	public RateLimitDecision tryAcquire(List<TierUse> uses) {
		return this.joint.tryAcquire(acquisitions(uses)).whole();
	}

	@Override
	public CompletionStage<RateLimitDecision> tryAcquireAsync(List<TierUse> uses) {
		return this.joint.tryAcquireAsync(acquisitions(uses)).thenApply(JointDecision::whole);
	}

	@Override
	public RateLimitDecision checkOrThrow(List<TierUse> uses) {
		return this.joint.checkOrThrow(acquisitions(uses)).whole();
	}

	private List<Acquisition> acquisitions(List<TierUse> uses) {
		return uses.stream().map(this::acquisition).toList();
	}

	private Acquisition acquisition(TierUse use) {
		List<String> plans = (use.plan() != null) ? List.of(use.plan()) : List.of();
		return new Acquisition(settings(used(use.tier()), plans, null), use.key(), use.cost());
	}

	private Tier used(String name) {
		Tier tier = tier(name);
		this.used.add(name);
		return tier;
	}

	/**
	 * Return what charges several tiers at once.
	 */
	JointRateLimiter joint() {
		return this.joint;
	}

	/**
	 * Return what a tier limits for a caller.
	 * @param plans plans the caller may be on, the preferred first
	 * @param endpoint name of the method or route that is called, {@code null} if none
	 */
	RateLimiterSettings settings(Tier tier, List<String> plans, @Nullable String endpoint) {
		return find(tier, plans, endpoint).settings();
	}

	@Override
	public Set<String> getTiers() {
		return Set.copyOf(this.tiers.keySet());
	}

	/**
	 * Return a tier.
	 * @param name name of the tier
	 * @return the tier
	 * @throws UnknownTierException if there is no such tier
	 */
	public Tier tier(String name) {
		Tier tier = this.tiers.get(Objects.requireNonNull(name, "name must not be null"));
		if (tier == null) {
			throw new UnknownTierException(name, null, this.tiers.keySet());
		}
		return tier;
	}

	/**
	 * Return all tiers, sorted by name.
	 * @return the tiers
	 */
	public List<Tier> tiers() {
		return List.copyOf(this.tiers.values());
	}

	/**
	 * Check that a tier exists, at start-up.
	 * @param name name of the tier
	 * @param place where the name stands, for the message
	 * @throws UnknownTierException if there is no such tier
	 */
	public void requireTier(String name, String place) {
		if (!this.tiers.containsKey(name)) {
			throw new UnknownTierException(name, place, this.tiers.keySet());
		}
		this.used.add(name);
	}

	/**
	 * Return which tiers were named so far, at some place or by code that asked for them.
	 * @return the names
	 */
	public Set<String> usedTiers() {
		return Set.copyOf(this.used);
	}

	/**
	 * Return the limiter that holds for a caller.
	 * @param tier the tier
	 * @param plans plans the caller may be on, the preferred first
	 * @param endpoint name of the method or route that is called, {@code null} if none
	 * @return the limiter
	 */
	public RateLimiter limiter(Tier tier, List<String> plans, @Nullable String endpoint) {
		return find(tier, plans, endpoint).limiter();
	}

	private Limiter find(Tier tier, List<String> plans, @Nullable String endpoint) {
		String counted = (tier.scope() == Scope.ENDPOINT) ? endpoint : null;
		return this.limiters.computeIfAbsent(new LimiterId(tier.name(), tier.plan(plans), counted), (id) -> {
			RateLimiterSettings settings = tier.settings(id.plan(), id.endpoint());
			return new Limiter(settings, RateLimiter.of(settings, this.store, this.listener));
		});
	}

	/**
	 * Return the names of the methods and routes that have a count of their own in a tier
	 * and were called so far.
	 * @param tier the tier
	 * @return the names, sorted; empty for a tier of scope {@link Scope#TIER}
	 */
	public List<String> endpoints(Tier tier) {
		return this.limiters.keySet()
			.stream()
			.filter((id) -> id.tier().equals(tier.name()))
			.map(LimiterId::endpoint)
			.filter(Objects::nonNull)
			.distinct()
			.sorted()
			.toList();
	}

	private record LimiterId(String tier, String plan, @Nullable String endpoint) {

	}

	private record Limiter(RateLimiterSettings settings, RateLimiter limiter) {

	}

}

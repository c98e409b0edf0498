package io.github.ratelimit.tier;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import org.jspecify.annotations.Nullable;

/**
 * The limiters of the application's tiers. Safe for use by many threads.
 */
public final class TierRateLimiters implements RateLimiterRegistry {

	/**
	 * Name of the tier that holds, where it exists, for names that only rules know.
	 */
	public static final String DEFAULT_TIER = "global";

	private final TierLimits limits;

	private final RateLimitStore store;

	private final RateLimitListener listener;

	private final DecisionTracer tracer;

	private final JointRateLimiter joint;

	private final Map<String, RateLimiter> ofTiers = new ConcurrentHashMap<>();

	private final Set<String> used = ConcurrentHashMap.newKeySet();

	/**
	 * Create limiters for the given tiers, without rules.
	 * @param tiers the tiers
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @throws UnknownTierException if a gate is none of the tiers
	 */
	public TierRateLimiters(Collection<Tier> tiers, RateLimitStore store, RateLimitListener listener) {
		this(tiers, Rules.none(), store, listener);
	}

	/**
	 * Create limiters for the given tiers.
	 * @param tiers the tiers
	 * @param rules limits set at run time
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @throws UnknownTierException if a gate is none of the tiers
	 */
	public TierRateLimiters(Collection<Tier> tiers, Rules rules, RateLimitStore store, RateLimitListener listener) {
		this(tiers, rules, store, listener, DecisionTracer.NONE);
	}

	/**
	 * Create limiters for the given tiers whose decisions are followed while they are
	 * made.
	 * @param tiers the tiers
	 * @param rules limits set at run time
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @param tracer follows decisions
	 * @throws UnknownTierException if a gate is none of the tiers
	 */
	public TierRateLimiters(Collection<Tier> tiers, Rules rules, RateLimitStore store, RateLimitListener listener,
			DecisionTracer tracer) {
		this.limits = new TierLimits(tiers, rules);
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
		this.tracer = Objects.requireNonNull(tracer, "tracer must not be null");
		this.joint = new JointRateLimiter(store, listener, tracer);
		tiers.stream()
			.filter((tier) -> tier.gate() != null)
			.forEach((tier) -> requireTier(Objects.requireNonNull(tier.gate()),
					"The gate of tier '" + tier.name() + "'"));
	}

	@Override
	public RateLimiter get(String tier) {
		RateLimiter known = this.ofTiers.get(Objects.requireNonNull(tier, "name must not be null"));
		return (known != null) ? known
				: this.ofTiers.computeIfAbsent(tier, (name) -> limiter(used(name), List.of(), null));
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
		RulesAtOnce rules = rules().atOnce();
		return uses.stream().flatMap((use) -> acquisitions(use, rules).stream()).toList();
	}

	private List<Acquisition> acquisitions(TierUse use, RulesAtOnce rules) {
		List<String> plans = (use.plan() != null) ? List.of(use.plan()) : List.of();
		LimitsInForce limits = this.limits.find(use.tier(), use.key(), plans, rules);
		if (this.limits.tiers().containsKey(use.tier())) {
			this.used.add(use.tier());
		}
		return limits.acquisitions(use.key(), use.cost());
	}

	/**
	 * Charge several tiers, or names that only rules know, at once.
	 * @param uses what is charged to which name and key, at least one
	 * @return the decisions
	 * @throws UnknownTierException if there are no limits for a name
	 */
	public UseDecisions decide(List<TierUse> uses) {
		List<List<Acquisition>> asked = asked(uses);
		return UseDecisions.of(this.joint.tryAcquire(asked.stream().flatMap(List::stream).toList()),
				asked.stream().map((all) -> all.get(0)).toList());
	}

	/**
	 * Charge tiers, or names that only rules know, each by itself, but ask for all before
	 * waiting for the first.
	 * @param uses what is charged to which name and key
	 * @return the decisions, in order
	 * @throws UnknownTierException if there are no limits for a name; nothing is charged
	 * then
	 */
	public List<RateLimitDecision> decideEach(List<TierUse> uses) {
		return this.joint.tryAcquireEach(asked(uses)).stream().map(JointDecision::whole).toList();
	}

	private List<List<Acquisition>> asked(List<TierUse> uses) {
		RulesAtOnce rules = rules().atOnce();
		return uses.stream().map((use) -> acquisitions(use, rules)).toList();
	}

	/**
	 * Return which limits hold for a key, without asking for any.
	 * @param name name of a tier, or one that only rules know
	 * @param key whose count it is
	 * @param plans plans the caller may be on, the preferred first
	 * @return the limits
	 * @throws UnknownTierException if there are no limits for this name
	 */
	public LimitsInForce limits(String name, String key, List<String> plans) {
		return this.limits.find(name, key, plans, rules().atOnce());
	}

	/**
	 * Return whether a name is that of a tier, or of something that a rule limits.
	 * @param name the name
	 * @return {@code true} if it is
	 */
	public boolean isLimited(String name) {
		return this.limits.isLimited(name);
	}

	private Tier used(String name) {
		Tier tier = tier(name);
		this.used.add(name);
		return tier;
	}

	/**
	 * Return the rules by which limits differ from the configuration.
	 * @return the rules
	 */
	public Rules rules() {
		return this.limits.rules();
	}

	/**
	 * Return what charges several tiers at once.
	 */
	JointRateLimiter joint() {
		return this.joint;
	}

	/**
	 * Return which limits hold for a key in a tier, without asking for any.
	 * @param tier the tier
	 * @param key whose count it is
	 * @param plans plans the caller may be on, the preferred first
	 * @param endpoint name of the method or route that is called, {@code null} if none
	 * @return the limits
	 */
	public LimitsInForce limits(Tier tier, String key, List<String> plans, @Nullable String endpoint) {
		return this.limits.find(tier, key, plans, endpoint, rules().atOnce());
	}

	LimitsInForce limits(Tier tier, String key, List<String> plans, @Nullable String endpoint, RulesAtOnce rules) {
		return this.limits.find(tier, key, plans, endpoint, rules);
	}

	@Override
	public Set<String> getTiers() {
		return Set.copyOf(this.limits.tiers().keySet());
	}

	/**
	 * Return a tier.
	 * @param name name of the tier
	 * @return the tier
	 * @throws UnknownTierException if there is no such tier
	 */
	public Tier tier(String name) {
		Tier tier = this.limits.tiers().get(Objects.requireNonNull(name, "name must not be null"));
		if (tier == null) {
			throw new UnknownTierException(name, null, this.limits.tiers().keySet());
		}
		return tier;
	}

	/**
	 * Return all tiers, sorted by name.
	 * @return the tiers
	 */
	public List<Tier> tiers() {
		return List.copyOf(this.limits.tiers().values());
	}

	/**
	 * Check that a tier exists, at start-up.
	 * @param name name of the tier
	 * @param place where the name stands, for the message
	 * @throws UnknownTierException if there is no such tier
	 */
	public void requireTier(String name, String place) {
		if (!this.limits.tiers().containsKey(name)) {
			throw new UnknownTierException(name, place, this.limits.tiers().keySet());
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
	 * Return the limiter of the tier for callers of a plan, or what rules say of the key.
	 * @param tier the tier
	 * @param plans plans the caller may be on, the preferred first
	 * @param endpoint name of the method or route that is called, {@code null} if none
	 * @return the limiter
	 */
	public RateLimiter limiter(Tier tier, List<String> plans, @Nullable String endpoint) {
		return RateLimiter.of(tier.name(), new TierAcquisitions(this.limits, tier, plans, endpoint), this.store,
				this.listener, this.tracer);
	}

	/**
	 * Return the names of the methods and routes that have a count of their own in a tier
	 * and were called so far.
	 * @param tier the tier
	 * @return the names, sorted; empty for a tier of scope {@link Scope#TIER}
	 */
	public List<String> endpoints(Tier tier) {
		return this.limits.methods(tier);
	}

}

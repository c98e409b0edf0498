package io.github.ratelimit.tier;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Limit;
import io.github.ratelimit.UnknownTierException;
import org.jspecify.annotations.Nullable;

/**
 * Which limits hold for a key: those of the application's tiers, or what rules say. Safe
 * for use by many threads.
 */
final class TierLimits {

	private final Map<String, Tier> tiers = new TreeMap<>();

	private final Rules rules;

	private final Map<Place, LimitsInForce> configured = new ConcurrentHashMap<>();

	private volatile RuleSettings ruled = new RuleSettings(RuleSet.EMPTY);

	TierLimits(Collection<Tier> tiers, Rules rules) {
		tiers.forEach((tier) -> this.tiers.put(tier.name(), tier));
		this.rules = Objects.requireNonNull(rules, "rules must not be null");
	}

	/**
	 * Return the tiers by name.
	 */
	Map<String, Tier> tiers() {
		return this.tiers;
	}

	Rules rules() {
		return this.rules;
	}

	boolean isLimited(String name) {
		return this.tiers.containsKey(name) || (this.rules.mayLimit(name) && Limit.isName(name));
	}

	/**
	 * Return the limits of a tier, or of a name that only rules know.
	 * @throws UnknownTierException if there are none
	 */
	LimitsInForce find(String name, String key, List<String> plans, RulesAtOnce rules) {
		Tier tier = this.tiers.get(Objects.requireNonNull(name, "name must not be null"));
		if (tier != null) {
			return find(tier, key, plans, null, rules);
		}
		LimitsInForce limits = (isLimited(name)) ? new LimitLookup(rules, name, defaults()).find(key, plans) : null;
		if (limits == null) {
			throw new UnknownTierException(name, null, this.tiers.keySet());
		}
		return limits;
	}

	/**
	 * Return the limits of a tier.
	 * @param method name of the method or route that is called, {@code null} if none
	 */
	LimitsInForce find(Tier tier, String key, List<String> plans, @Nullable String method, RulesAtOnce rules) {
		String counted = (tier.scope() == Scope.ENDPOINT) ? method : null;
		LimitsInForce configured = configured(tier, plans, counted);
		if (rules.rules().isEmpty()) {
			return configured;
		}
		return Objects.requireNonNull(
				new LimitLookup(rules, tier, configured, defaults(), counted, ruled(rules.rules())).find(key, plans));
	}

	/**
	 * Return the settings that some rules give, forgotten with the rules.
	 */
	private RuleSettings ruled(RuleSet rules) {
		RuleSettings ruled = this.ruled;
		if (ruled.rules() != rules) {
			ruled = new RuleSettings(rules);
			this.ruled = ruled;
		}
		return ruled;
	}

	private @Nullable Tier defaults() {
		return this.tiers.get(TierRateLimiters.DEFAULT_TIER);
	}

	/**
	 * Return what the configuration says, made once for each plan and method.
	 */
	private LimitsInForce configured(Tier tier, List<String> plans, @Nullable String method) {
		Place place = new Place(tier.name(), tier.plan(plans), method);
		LimitsInForce known = this.configured.get(place);
		return (known != null) ? known
				: this.configured.computeIfAbsent(place,
						(absent) -> new LimitsInForce(tier.settings(absent.plan(), absent.method()),
								tier.level(absent.plan()), null, List.of()));
	}

	/**
	 * Return the names of the methods and routes that have a count of their own in a tier
	 * and were called so far, sorted.
	 */
	List<String> methods(Tier tier) {
		return this.configured.keySet()
			.stream()
			.filter((place) -> place.tier().equals(tier.name()))
			.map(Place::method)
			.filter(Objects::nonNull)
			.distinct()
			.sorted()
			.toList();
	}

	private record Place(String tier, String plan, @Nullable String method) {

	}

}

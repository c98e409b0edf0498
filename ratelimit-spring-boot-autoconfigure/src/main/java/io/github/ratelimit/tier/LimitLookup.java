package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * One look-up of the limits that hold for a key, in the order of {@link RuleLevel}. What
 * it comes by that does not hold for this key is watched.
 */
final class LimitLookup {

	private final RulesAtOnce rules;

	private final String endpoint;

	private final @Nullable Tier tier;

	private final @Nullable Tier defaults;

	private final String counter;

	private final List<LimitsInForce.Watched> watched = new ArrayList<>(0);

	/**
	 * Create a look-up.
	 * @param endpoint what is asked for: a tier, or a name that rules know
	 * @param tier the tier of this name, {@code null} if there is none
	 * @param defaults the tier that holds for names that are none, {@code null} if there
	 * is none
	 * @param method name of the method or route that is called, {@code null} if none
	 */
	LimitLookup(RulesAtOnce rules, String endpoint, @Nullable Tier tier, @Nullable Tier defaults,
			@Nullable String method) {
		this.rules = rules;
		this.endpoint = endpoint;
		this.tier = tier;
		this.defaults = defaults;
		this.counter = (tier != null) ? tier.counterName(method) : endpoint;
	}

	/**
	 * Find the limits.
	 * @param key whose count it is
	 * @param plans plans the caller may be on, the preferred first
	 * @return the limits, {@code null} if there are none for this name
	 */
	@Nullable LimitsInForce find(String key, List<String> plans) {
		LimitsInForce found = ofClient(key, plan(plans));
		for (int i = 0; found == null && i < plans.size(); i++) {
			found = ofPlan(plans.get(i), key);
		}
		return (found != null) ? found : ofAll(key, plan(plans));
	}

	private @Nullable LimitsInForce ofClient(String key, String plan) {
		if (!this.rules.rules().clients().contains(key)) {
			return null;
		}
		LimitsInForce found = use(this.rules.find(key, this.endpoint, null), key, plan);
		return (found != null) ? found : use(this.rules.find(key, null, null), key, plan);
	}

	private @Nullable LimitsInForce ofPlan(String plan, String key) {
		LimitsInForce found = use(this.rules.find(null, this.endpoint, plan), key, plan);
		found = (found != null) ? found : use(this.rules.find(null, null, plan), key, plan);
		return (found == null && this.tier != null && this.tier.plans().containsKey(plan))
				? configured(this.tier, plan, RuleLevel.PLAN) : found;
	}

	private @Nullable LimitsInForce ofAll(String key, String plan) {
		LimitsInForce found = use(this.rules.find(null, this.endpoint, null), key, plan);
		if (found == null && this.tier != null && this.tier != this.defaults) {
			return configured(this.tier, plan, RuleLevel.TIER);
		}
		found = (found != null) ? found : use(this.rules.find(null, null, null), key, plan);
		return (found == null && this.defaults != null) ? configured(this.defaults, plan, RuleLevel.DEFAULT) : found;
	}

	/**
	 * Return what holds by a rule, or watch it if it does not hold for this key.
	 */
	private @Nullable LimitsInForce use(@Nullable Rule rule, String key, String plan) {
		if (rule == null) {
			return null;
		}
		Tier like = (this.tier != null) ? this.tier : this.defaults;
		FailureMode failureMode = (like != null) ? like.failureMode() : FailureMode.LOCAL;
		if (!rule.isEnforcedFor(key)) {
			this.watched.add(new LimitsInForce.Watched(rule.settings(this.endpoint, plan,
					this.counter + "~" + rule.target().label(), failureMode, Enforcement.SHADOW), rule));
			return null;
		}
		Enforcement enforcement = (rule.enforcement() != null) ? rule.enforcement()
				: (like != null) ? like.enforcement() : Enforcement.ENFORCE;
		return new LimitsInForce(rule.settings(this.endpoint, plan, this.counter, failureMode, enforcement),
				rule.target().level(), rule, this.watched);
	}

	/**
	 * Return what holds by the configuration of a tier.
	 */
	private LimitsInForce configured(Tier tier, String plan, RuleLevel level) {
		RateLimiterSettings settings = tier.settings(tier.plan(List.of(plan)), null);
		List<Limit> limits = settings.limits()
			.stream()
			.map((limit) -> (limit.name().equals(tier.name())) ? limit.withName(this.endpoint) : limit)
			.toList();
		return new LimitsInForce(new RateLimiterSettings(this.endpoint, settings.plan(), this.counter, limits,
				settings.failureMode(), settings.enforcement()), level, null, this.watched);
	}

	/**
	 * Return the plan that decisions name where no rule for a plan holds.
	 */
	private String plan(List<String> plans) {
		return (this.tier != null) ? this.tier.plan(plans) : RateLimiterSettings.DEFAULT_PLAN;
	}

}

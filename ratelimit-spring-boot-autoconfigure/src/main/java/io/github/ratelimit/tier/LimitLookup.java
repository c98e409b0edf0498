package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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

	/**
	 * What decisions are told by. Names that nobody knows are told as one: there may be
	 * any number of them.
	 */
	private final String name;

	private final @Nullable Tier tier;

	private final @Nullable LimitsInForce configured;

	private final @Nullable Tier defaults;

	private final String counter;

	private final @Nullable RuleSettings settings;

	private final List<LimitsInForce.Watched> watched = new ArrayList<>(0);

	/**
	 * Create a look-up of a tier.
	 * @param configured what the configuration says
	 * @param defaults the tier that holds for names that are none, {@code null} if there
	 * is none
	 * @param method name of the method or route that is called, {@code null} if none
	 * @param settings those that were made by these rules
	 */
	LimitLookup(RulesAtOnce rules, Tier tier, LimitsInForce configured, @Nullable Tier defaults,
			@Nullable String method, RuleSettings settings) {
		this(rules, tier.name(), tier, configured, defaults, tier.counterName(method), settings);
	}

	/**
	 * Create a look-up of a name that is no tier's.
	 */
	LimitLookup(RulesAtOnce rules, String endpoint, @Nullable Tier defaults) {
		this(rules, endpoint, null, null, defaults, endpoint, null);
	}

	private LimitLookup(RulesAtOnce rules, String endpoint, @Nullable Tier tier, @Nullable LimitsInForce configured,
			@Nullable Tier defaults, String counter, @Nullable RuleSettings settings) {
		this.rules = rules;
		this.endpoint = endpoint;
		this.tier = tier;
		this.configured = configured;
		this.defaults = defaults;
		this.counter = counter;
		this.settings = settings;
		this.name = (tier != null || rules.rules().endpoints().contains(endpoint)) ? endpoint
				: TierRateLimiters.DEFAULT_TIER;
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
		LimitsInForce found = null;
		if (this.rules.rules().hasPlans()) {
			found = use(this.rules.find(null, this.endpoint, plan), key, plan);
			found = (found != null) ? found : use(this.rules.find(null, null, plan), key, plan);
		}
		return (found == null && this.tier != null && this.tier.plans().containsKey(plan)) ? configured() : found;
	}

	private @Nullable LimitsInForce ofAll(String key, String plan) {
		LimitsInForce found = use(this.rules.find(null, this.endpoint, null), key, plan);
		if (found == null && this.tier != null && this.tier != this.defaults) {
			return configured();
		}
		found = (found != null) ? found : use(this.rules.find(null, null, null), key, plan);
		if (found == null && this.tier != null) {
			return configured();
		}
		return (found == null && this.defaults != null) ? defaults(this.defaults) : found;
	}

	/**
	 * Return what holds by a rule, or watch it if it does not hold for this key.
	 */
	private @Nullable LimitsInForce use(@Nullable Rule rule, String key, String plan) {
		if (rule == null) {
			return null;
		}
		if (!rule.isEnforcedFor(key)) {
			this.watched.add(new LimitsInForce.Watched(settings(rule, plan, true), rule));
			return null;
		}
		return new LimitsInForce(settings(rule, plan, false), rule.target().level(), rule, this.watched);
	}

	/**
	 * Return the settings of a rule. Those of a tier are made once; of other names there
	 * may be any number.
	 */
	private RateLimiterSettings settings(Rule rule, String plan, boolean watched) {
		if (this.settings == null || this.configured == null) {
			return makeSettings(rule, plan, watched);
		}
		return this.settings.get(new RuleSettings.Use(rule, this.configured, plan, watched),
				() -> makeSettings(rule, plan, watched));
	}

	private RateLimiterSettings makeSettings(Rule rule, String plan, boolean watched) {
		Tier like = (this.tier != null) ? this.tier : this.defaults;
		FailureMode failureMode = (rule.failureMode() != null) ? rule.failureMode()
				: (like != null) ? like.failureMode() : FailureMode.LOCAL;
		List<Limit> limits = rule.limits(this.endpoint,
				(this.configured != null) ? this.configured.settings().limits() : List.of());
		if (watched) {
			return new RateLimiterSettings(this.name, plan, this.counter + "~" + rule.target().label(), limits,
					failureMode, Enforcement.SHADOW);
		}
		Enforcement enforcement = (rule.enforcement() != null) ? rule.enforcement()
				: (like != null) ? like.enforcement() : Enforcement.ENFORCE;
		return new RateLimiterSettings(this.name, plan, this.counter, limits, failureMode, enforcement);
	}

	/**
	 * Return what holds by the configuration of the tier.
	 */
	private LimitsInForce configured() {
		return Objects.requireNonNull(this.configured).with(this.watched);
	}

	/**
	 * Return what holds by the configuration of another tier, on counts of this name.
	 */
	private LimitsInForce defaults(Tier tier) {
		RateLimiterSettings settings = tier.settings(tier.plan(List.of()), null);
		boolean taken = settings.limits().stream().anyMatch((limit) -> limit.name().equals(this.endpoint));
		List<Limit> limits = settings.limits()
			.stream()
			.map((limit) -> (limit.name().equals(tier.name()) && !taken) ? limit.withName(this.endpoint) : limit)
			.toList();
		return new LimitsInForce(new RateLimiterSettings(this.name, settings.plan(), this.counter, limits,
				settings.failureMode(), settings.enforcement()), RuleLevel.DEFAULT, null, this.watched);
	}

	/**
	 * Return the plan that decisions name where no rule for a plan holds.
	 */
	private String plan(List<String> plans) {
		return (this.tier != null) ? this.tier.plan(plans) : RateLimiterSettings.DEFAULT_PLAN;
	}

}

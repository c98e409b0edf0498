package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.ratelimit.Limit;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;

/**
 * Makes the rules of properties.
 */
final class RuleFactory {

	// Where in the configuration stands what a rule names otherwise
	private static final Map<String, String> PROPERTIES = Map.of("client_id", "client", "valid_from", "valid-from",
			"valid_to", "valid-to");

	private final RulesProperties properties;

	RuleFactory(RulesProperties properties) {
		this.properties = properties;
	}

	RuleSet rules() {
		List<Rule> rules = new ArrayList<>();
		for (int i = 0; i < this.properties.getConfigured().size(); i++) {
			String property = "ratelimit.rules.configured[" + i + "]";
			RuleProperties given = this.properties.getConfigured().get(i);
			try {
				rules.add(rule(property, given));
				RuleSet.of(rules);
			}
			catch (InvalidRuleException ex) {
				String name = PROPERTIES.getOrDefault(ex.getField(), ex.getField());
				throw new InvalidRateLimitConfigurationException(property + "." + name, null, ex.getReason(),
						"Change '%s.%s', or leave it out.".formatted(property, name));
			}
		}
		return RuleSet.of(rules);
	}

	private Rule rule(String property, RuleProperties given) {
		List<Limit> limits = new LimitFactory(Limit.DEFAULT_NAME, this.properties.getAlgorithm())
			.requiredLimits(property, given);
		return new Rule(new RuleTarget(given.getClient(), given.getEndpoint(), given.getPlan()), limits,
				given.getFailureMode(), given.getEnforcement(), given.getPercentage(), given.getValidFrom(),
				given.getValidTo(), names(given, (limit) -> limit.getAlgorithm() == null),
				names(given, (limit) -> limit.getMode() == null));
	}

	/**
	 * Return the names of those limits of a rule that are such.
	 */
	private static Set<String> names(RuleProperties given, Predicate<LimitProperties> such) {
		if (given.getLimits().isEmpty()) {
			return (such.test(given)) ? Set.of(Limit.DEFAULT_NAME) : Set.of();
		}
		return given.getLimits()
			.stream()
			.filter(such)
			.map((limit) -> Objects.requireNonNullElse(limit.getName(), Limit.DEFAULT_NAME))
			.collect(Collectors.toSet());
	}

}

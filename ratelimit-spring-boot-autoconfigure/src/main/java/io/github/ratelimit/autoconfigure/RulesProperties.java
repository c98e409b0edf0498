package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Algorithm;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of limits for some callers that can change while the
 * application runs.
 */
@ConfigurationProperties("ratelimit.rules")
public class RulesProperties {

	/**
	 * How units of rules that do not say are counted, where no tier has the name: rules
	 * of tiers are counted as the tier is.
	 */
	private Algorithm algorithm = Algorithm.TOKEN_BUCKET;

	/**
	 * Rules that hold unless others are kept in a database for the same callers.
	 */
	private final List<RuleProperties> configured = new ArrayList<>();

	public Algorithm getAlgorithm() {
		return this.algorithm;
	}

	public void setAlgorithm(Algorithm algorithm) {
		this.algorithm = algorithm;
	}

	public List<RuleProperties> getConfigured() {
		return this.configured;
	}

}

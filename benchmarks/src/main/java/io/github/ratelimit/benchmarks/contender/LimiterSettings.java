package io.github.ratelimit.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Properties of this project's limiter that a measurement sets.
 *
 * @param properties the properties
 */
public record LimiterSettings(Map<String, Object> properties) {

	/**
	 * Name of the tier that is measured.
	 */
	public static final String TIER = "measured";

	/**
	 * Property of the limits of the tier, where it has other ones than the quota.
	 */
	public static final String LIMITS = "ratelimit.tiers." + TIER + ".limits";

	/**
	 * What holds without settings.
	 */
	public static final LimiterSettings DEFAULTS = new LimiterSettings(Map.of());

	/**
	 * Each decision is made by Redis.
	 */
	public static final LimiterSettings STRICT = DEFAULTS.with("ratelimit.redis.refusal-cache.enabled", "false");

	/**
	 * Each decision is made by Redis, in a call of its own.
	 */
	public static final LimiterSettings ALONE = STRICT.with("ratelimit.redis.gathering.enabled", "false");

	/**
	 * Units are drawn in advance.
	 */
	public static final LimiterSettings LEASED = DEFAULTS.with("ratelimit.tiers." + TIER + ".mode", "leased");

	/**
	 * Counts are kept in memory.
	 */
	public static final LimiterSettings IN_MEMORY = DEFAULTS.with("ratelimit.redis.enabled", "false");

	/**
	 * Return these with another one.
	 * @param name name of the property
	 * @param value its value
	 * @return the settings
	 */
	public LimiterSettings with(String name, String value) {
		Map<String, Object> more = new LinkedHashMap<>(this.properties);
		more.put(name, value);
		return new LimiterSettings(more);
	}

}

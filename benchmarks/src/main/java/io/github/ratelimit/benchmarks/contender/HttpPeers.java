package io.github.ratelimit.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Applications that are asked over HTTP.
 */
public final class HttpPeers {

	/**
	 * Without a limiter.
	 */
	public static final Peer PLAIN = new Peer("no filter", SentCommands.ONLY_SCRIPTS, false,
			(setup) -> new HttpContender(Map.of(SelectedAutoConfiguration.PACKAGES, SelectedAutoConfiguration.BOOT)));

	/**
	 * With this project's filter, which counts in memory.
	 */
	public static final Peer IN_MEMORY = new Peer("ours, in memory", SentCommands.ONLY_SCRIPTS, true,
			(setup) -> new HttpContender(ours(setup, LimiterSettings.IN_MEMORY)));

	/**
	 * With this project's filter, where each decision is made by Redis.
	 */
	public static final Peer STRICT = new Peer("ours, strict Redis", SentCommands.ONLY_SCRIPTS, true,
			(setup) -> new HttpContender(ours(setup, LimiterSettings.STRICT)));

	/**
	 * With the filter of Bucket4j's starter, on Redis.
	 */
	public static final Peer BUCKET4J_STARTER = new Peer("Bucket4j's starter, Redis",
			new SentCommands(Set.of("get"), 1), true,
			(setup) -> new HttpContender(bucket4j(setup), Bucket4jStarterConfiguration.class));

	private HttpPeers() {
	}

	private static Map<String, Object> ours(Setup setup, LimiterSettings settings) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(SelectedAutoConfiguration.PACKAGES,
				SelectedAutoConfiguration.BOOT + "," + SelectedAutoConfiguration.OURS);
		properties.put("ratelimit.application", "web");
		properties.put("ratelimit.redis.url", setup.redisUri());
		properties.put("ratelimit.redis.timeout", "10s");
		properties.put("ratelimit.tiers." + LimiterSettings.TIER + ".rate", setup.quota().rate());
		properties.put("ratelimit.routes[0].tier", LimiterSettings.TIER);
		properties.put("ratelimit.routes[0].paths", "/hello");
		properties.putAll(settings.properties());
		return properties;
	}

	private static Map<String, Object> bucket4j(Setup setup) {
		String filter = "bucket4j.filters[0].";
		String limit = filter + "rate-limits[0].";
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(SelectedAutoConfiguration.PACKAGES, SelectedAutoConfiguration.BOOT + ",com.giffing.");
		properties.put(Bucket4jStarterConfiguration.REDIS, setup.redisUri());
		properties.put("bucket4j.enabled", "true");
		properties.put(filter + "cache-name", "buckets");
		properties.put(filter + "url", "/hello");
		properties.put(limit + "cache-key", "getRemoteAddr()");
		properties.put(limit + "bandwidths[0].capacity", setup.quota().units());
		properties.put(limit + "bandwidths[0].time", setup.quota().seconds());
		properties.put(limit + "bandwidths[0].unit", "seconds");
		properties.put(limit + "bandwidths[0].refill-speed", "greedy");
		return properties;
	}

}

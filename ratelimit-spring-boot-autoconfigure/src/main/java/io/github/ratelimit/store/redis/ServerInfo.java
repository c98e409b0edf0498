package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself in answer to {@code INFO}, as far as it decides how well
 * counts are kept. Immutable.
 */
final class ServerInfo {

	private static final int[] OLDEST_SUPPORTED = { 6, 2 };

	private final Map<String, String> fields;

	private ServerInfo(Map<String, String> fields) {
		this.fields = fields;
	}

	static ServerInfo parse(String info) {
		return new ServerInfo(info.lines()
			.filter((line) -> line.indexOf(':') > 0)
			.collect(Collectors.toUnmodifiableMap((line) -> line.substring(0, line.indexOf(':')),
					(line) -> line.substring(line.indexOf(':') + 1).trim(), (first, second) -> first)));
	}

	@Nullable String version() {
		return this.fields.get("redis_version");
	}

	/**
	 * Return what puts counts at risk: what is wrong, what follows, and what helps.
	 */
	List<String> warnings() {
		return Stream.of(eviction(), replica(), age()).filter(Objects::nonNull).toList();
	}

	/**
	 * Each count has an end, so policies that spare keys without one do not spare it.
	 */
	private @Nullable String eviction() {
		String policy = this.fields.getOrDefault("maxmemory_policy", "noeviction");
		if (policy.equals("noeviction") || this.fields.getOrDefault("maxmemory", "0").equals("0")) {
			return null;
		}
		return ("maxmemory-policy is %s: when its memory is full, Redis forgets counts, and callers get more than "
				+ "their limits. Set maxmemory-policy to noeviction, or give the limiter a Redis of its own.")
			.formatted(policy);
	}

	/**
	 * On a cluster any node may have answered, and the client finds the primaries.
	 */
	private @Nullable String replica() {
		if (!"slave".equals(this.fields.get("role")) || "cluster".equals(this.fields.get("redis_mode"))) {
			return null;
		}
		return "The server is a replica: it takes no charges, so that the failure mode decides every request, "
				+ "or forgets them. Name the primary, or the Sentinels that know it.";
	}

	private @Nullable String age() {
		String version = version();
		if (version == null || !isOlder(version)) {
			return null;
		}
		return ("Redis %s is older than %d.%d, which limits are tested with: decisions may fail or be wrong. "
				+ "Upgrade the server.")
			.formatted(version, OLDEST_SUPPORTED[0], OLDEST_SUPPORTED[1]);
	}

	private static boolean isOlder(String version) {
		String[] parts = version.split("\\D+");
		for (int i = 0; i < OLDEST_SUPPORTED.length; i++) {
			int part = (i < parts.length && !parts[i].isEmpty()) ? Integer.parseInt(parts[i]) : 0;
			if (part != OLDEST_SUPPORTED[i]) {
				return part < OLDEST_SUPPORTED[i];
			}
		}
		return false;
	}

}

package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself in answer to {@code INFO}, as far as it decides how well
 * counts are kept. Immutable.
 */
final class ServerInfo {

	private static final Pattern VERSION = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?");

	private static final int OLDEST_MAJOR = 6;

	private static final int OLDEST_MINOR = 2;

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
		String version = this.fields.get("redis_version");
		return (version != null && !version.isEmpty()) ? version : null;
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
		Matcher version = VERSION.matcher(this.fields.getOrDefault("redis_version", ""));
		if (!version.lookingAt()) {
			return null;
		}
		int major = Integer.parseInt(version.group(1));
		int minor = (version.group(2) != null) ? Integer.parseInt(version.group(2)) : 0;
		if (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR)) {
			return null;
		}
		return ("Redis %s is older than %d.%d, which limits are tested with: decisions may fail or be wrong. "
				+ "Upgrade the server.")
			.formatted(version(), OLDEST_MAJOR, OLDEST_MINOR);
	}

}

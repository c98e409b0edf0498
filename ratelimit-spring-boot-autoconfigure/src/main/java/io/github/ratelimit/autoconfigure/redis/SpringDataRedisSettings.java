package io.github.ratelimit.autoconfigure.redis;

import java.util.List;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.store.redis.RedisAddress;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Those of {@code spring.data.redis.*} that say where Redis is. Read here because Boot's
 * own module for them, which also makes Redis the application's cache and part of its
 * health, need not be there.
 */
record SpringDataRedisSettings(@Nullable String url, @Nullable String host, @Nullable Integer port,
		@Nullable String username, @Nullable String password, @DefaultValue("0") int database, @DefaultValue Ssl ssl,
		@Nullable Sentinel sentinel, @Nullable Nodes cluster, @Nullable Nodes masterreplica) {

	static final String PREFIX = "spring.data.redis";

	/**
	 * Return whether a place is set, rather than only how to get there.
	 */
	boolean namesServer() {
		return hasText(this.url) || hasText(this.host) || this.port != null || this.sentinel != null
				|| this.cluster != null || this.masterreplica != null;
	}

	RedisTarget target(@Nullable SslBundles bundles) {
		SslBundle bundle = this.ssl.bundle(bundles);
		if (this.url != null && hasText(this.url)) {
			RedisURI uri = RedisTarget.uri(this.url, PREFIX + ".url");
			uri.setSsl(uri.isSsl() || this.ssl.isOn());
			return new RedisTarget(RedisAddress.of(uri), bundle, PREFIX + ".url");
		}
		try {
			return new RedisTarget(address(), bundle, PREFIX + ".*");
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(PREFIX + ".*", null,
					"they name no Redis (" + ex.getMessage() + ")",
					"Set the host, the nodes of 'cluster' or 'masterreplica', or master and nodes of 'sentinel', "
							+ "with nodes written host:port.");
		}
	}

	private RedisAddress address() {
		if (this.sentinel != null) {
			return RedisAddress.of(withCredentials(this.sentinel.uri(this.database, this.ssl.isOn())));
		}
		if (this.cluster != null) {
			return new RedisAddress(uris(this.cluster), true);
		}
		if (this.masterreplica != null) {
			return new RedisAddress(uris(this.masterreplica), false);
		}
		return RedisAddress.of(withCredentials(RedisUris.of((this.host != null) ? this.host : "localhost",
				(this.port != null) ? this.port : RedisUris.DEFAULT_PORT, this.database, this.ssl.isOn())));
	}

	private List<RedisURI> uris(Nodes nodes) {
		return nodes.nodes()
			.stream()
			.map((node) -> withCredentials(RedisUris.ofNode(node, RedisUris.DEFAULT_PORT, this.ssl.isOn())))
			.toList();
	}

	private RedisURI withCredentials(RedisURI uri) {
		return RedisUris.withCredentials(uri, this.username, this.password);
	}

	private static boolean hasText(@Nullable String text) {
		return text != null && !text.isBlank();
	}

	/**
	 * Those of {@code spring.data.redis.ssl.*}.
	 */
	record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {

		boolean isOn() {
			return (this.enabled != null) ? this.enabled : this.bundle != null;
		}

		@Nullable SslBundle bundle(@Nullable SslBundles bundles) {
			return (isOn() && this.bundle != null && bundles != null) ? bundles.getBundle(this.bundle) : null;
		}

	}

	/**
	 * Those of {@code spring.data.redis.sentinel.*}.
	 */
	record Sentinel(@DefaultValue("") String master, @DefaultValue List<String> nodes, @Nullable String username,
			@Nullable String password) {

		RedisURI uri(int database, boolean ssl) {
			if (this.master.isBlank() || this.nodes.isEmpty()) {
				throw new IllegalArgumentException("sentinel has no master or no nodes");
			}
			RedisURI.Builder primary = RedisURI.builder()
				.withSentinelMasterId(this.master)
				.withDatabase(database)
				.withSsl(ssl);
			this.nodes.forEach((node) -> primary.withSentinel(RedisUris.withCredentials(
					RedisUris.ofNode(node, RedisURI.DEFAULT_SENTINEL_PORT, ssl), this.username, this.password)));
			return primary.build();
		}

	}

	/**
	 * Those of {@code spring.data.redis.cluster.*} and
	 * {@code spring.data.redis.masterreplica.*}.
	 */
	record Nodes(@DefaultValue List<String> nodes) {

	}

}

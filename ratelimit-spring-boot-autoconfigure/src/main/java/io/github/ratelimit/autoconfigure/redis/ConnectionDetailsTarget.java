package io.github.ratelimit.autoconfigure.redis;

import java.util.List;

import io.github.ratelimit.store.redis.RedisAddress;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;

/**
 * The Redis that connection details of the application name, such as those of a
 * Testcontainers service connection. Details that Boot made of properties do not count:
 * they are there also where nobody set any.
 */
final class ConnectionDetailsTarget implements RedisTargetSupplier {

	private static final String OF_PROPERTIES = "PropertiesDataRedisConnectionDetails";

	private final ObjectProvider<DataRedisConnectionDetails> provider;

	ConnectionDetailsTarget(ObjectProvider<DataRedisConnectionDetails> provider) {
		this.provider = provider;
	}

	@Override
	public @Nullable RedisTarget get() {
		DataRedisConnectionDetails details = this.provider.getIfUnique();
		if (details == null || details.getClass().getSimpleName().equals(OF_PROPERTIES)) {
			return null;
		}
		RedisAddress address = address(details, details.getSslBundle() != null);
		return (address != null) ? new RedisTarget(address, details.getSslBundle(), "connection details") : null;
	}

	private static @Nullable RedisAddress address(DataRedisConnectionDetails details, boolean ssl) {
		DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
		if (sentinel != null) {
			return RedisAddress.of(withCredentials(sentinel(sentinel, ssl), details));
		}
		DataRedisConnectionDetails.Cluster cluster = details.getCluster();
		if (cluster != null) {
			return new RedisAddress(uris(details, cluster.getNodes(), ssl), true);
		}
		DataRedisConnectionDetails.MasterReplica masterReplica = details.getMasterReplica();
		if (masterReplica != null) {
			return new RedisAddress(uris(details, masterReplica.getNodes(), ssl), false);
		}
		DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
		return (standalone != null) ? RedisAddress.of(withCredentials(
				RedisUris.of(standalone.getHost(), standalone.getPort(), standalone.getDatabase(), ssl), details))
				: null;
	}

	private static List<RedisURI> uris(DataRedisConnectionDetails details, List<DataRedisConnectionDetails.Node> nodes,
			boolean ssl) {
		return nodes.stream()
			.map((node) -> withCredentials(RedisUris.of(node.host(), node.port(), 0, ssl), details))
			.toList();
	}

	private static RedisURI sentinel(DataRedisConnectionDetails.Sentinel sentinel, boolean ssl) {
		RedisURI.Builder primary = RedisURI.builder()
			.withSentinelMasterId(sentinel.getMaster())
			.withDatabase(sentinel.getDatabase())
			.withSsl(ssl);
		sentinel.getNodes()
			.forEach((node) -> primary.withSentinel(RedisUris.withCredentials(
					RedisUris.of(node.host(), node.port(), 0, ssl), sentinel.getUsername(), sentinel.getPassword())));
		return primary.build();
	}

	private static RedisURI withCredentials(RedisURI uri, DataRedisConnectionDetails details) {
		return RedisUris.withCredentials(uri, details.getUsername(), details.getPassword());
	}

}

package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.lettuce.core.RedisURI;

/**
 * Where a Redis is, and who to be there: one server, a primary that Sentinels know, a
 * primary among its replicas, or the nodes of a cluster to begin with. Its text holds no
 * secrets.
 *
 * @param nodes one address, those of a primary and its replicas in any order, or some of
 * a cluster
 * @param cluster whether it is a cluster
 */
public record RedisAddress(List<RedisURI> nodes, boolean cluster) {

	/**
	 * Check the address.
	 * @throws IllegalArgumentException if there is no node
	 */
	public RedisAddress {
		nodes = List.copyOf(nodes);
		if (nodes.isEmpty()) {
			throw new IllegalArgumentException("An address has at least one node");
		}
	}

	/**
	 * Return the address of one server, or of a primary that Sentinels know.
	 * @param uri the address
	 * @return the address
	 */
	public static RedisAddress of(RedisURI uri) {
		return new RedisAddress(List.of(Objects.requireNonNull(uri, "uri must not be null")), false);
	}

	boolean hasReplicas() {
		return !this.cluster && this.nodes.size() > 1;
	}

	@Override
	public String toString() {
		RedisURI first = this.nodes.get(0);
		if (this.cluster) {
			return "cluster " + places(this.nodes);
		}
		if (hasReplicas()) {
			return "primary among " + places(this.nodes);
		}
		String database = (first.getDatabase() != 0) ? "/" + first.getDatabase() : "";
		return (first.getSentinels().isEmpty()) ? place(first) + database
				: "primary " + first.getSentinelMasterId() + database + " of sentinels " + places(first.getSentinels());
	}

	private static String places(List<RedisURI> uris) {
		return uris.stream().map(RedisAddress::place).collect(Collectors.joining(","));
	}

	private static String place(RedisURI uri) {
		return (uri.getSocket() != null) ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
	}

}

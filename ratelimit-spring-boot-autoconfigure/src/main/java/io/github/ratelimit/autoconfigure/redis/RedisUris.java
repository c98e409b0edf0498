package io.github.ratelimit.autoconfigure.redis;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * Makes addresses of settings that name their parts.
 */
final class RedisUris {

	static final int DEFAULT_PORT = 6379;

	private RedisUris() {
	}

	static RedisURI of(String host, int port, int database, boolean ssl) {
		return RedisURI.builder().withHost(host).withPort(port).withDatabase(database).withSsl(ssl).build();
	}

	/**
	 * Return the address of a node written {@code host:port}, or {@code host} with the
	 * given port.
	 */
	static RedisURI ofNode(String node, int defaultPort, boolean ssl) {
		int colon = node.lastIndexOf(':');
		boolean hasPort = colon > node.lastIndexOf(']');
		String host = (hasPort) ? node.substring(0, colon) : node;
		int port = (hasPort) ? Integer.parseInt(node.substring(colon + 1)) : defaultPort;
		return of(host.replaceAll("[\\[\\]]", ""), port, 0, ssl);
	}

	static RedisURI withCredentials(RedisURI uri, @Nullable String username, @Nullable String password) {
		if (password != null && !password.isEmpty()) {
			if (username != null && !username.isEmpty()) {
				uri.setAuthentication(username, password.toCharArray());
			}
			else {
				uri.setAuthentication(password.toCharArray());
			}
		}
		return uri;
	}

}

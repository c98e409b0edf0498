package io.github.ratelimit.autoconfigure.redis;

import java.util.regex.Pattern;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * Makes addresses of settings that name their parts.
 */
final class RedisUris {

	static final int DEFAULT_PORT = 6379;

	private static final Pattern HOST = Pattern.compile("[^@/?#\\s]+");

	private RedisUris() {
	}

	/**
	 * Return the address of a host. What is more than a host may hold a password, and is
	 * not repeated.
	 * @throws IllegalArgumentException if the host is more than that
	 */
	static RedisURI of(String host, int port, int database, boolean ssl) {
		if (!HOST.matcher(host).matches()) {
			throw new IllegalArgumentException("a host is more than a name or an address");
		}
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
		int port = (hasPort) ? port(node.substring(colon + 1)) : defaultPort;
		return of(host.replaceAll("[\\[\\]]", ""), port, 0, ssl);
	}

	private static int port(String port) {
		try {
			return Integer.parseInt(port);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("a node's port is no number");
		}
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

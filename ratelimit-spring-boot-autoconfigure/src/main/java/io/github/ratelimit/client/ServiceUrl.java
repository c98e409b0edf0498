package io.github.ratelimit.client;

import java.net.URI;
import java.util.Objects;

/**
 * What an address of a service may be.
 */
final class ServiceUrl {

	private ServiceUrl() {
	}

	/**
	 * Check an address. What is wrong is told without the address, which may hold a
	 * password.
	 */
	static void require(URI url) {
		Objects.requireNonNull(url, "url must not be null");
		String scheme = url.getScheme();
		if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
			throw new IllegalArgumentException("url must begin with http:// or https://");
		}
		if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
			throw new IllegalArgumentException("url must not hold a user or a password");
		}
		if (url.getHost() == null) {
			throw new IllegalArgumentException("url must name a host");
		}
		if (url.getRawQuery() != null || url.getRawFragment() != null) {
			throw new IllegalArgumentException("url must not have a query or a fragment");
		}
	}

}

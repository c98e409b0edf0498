package io.github.ratelimit.autoconfigure.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the rate limiter's health.
 */
@ConfigurationProperties("ratelimit.health")
public class RateLimitHealthProperties {

	/**
	 * Whether the application is down while limits are degraded because the store does
	 * not answer.
	 */
	private boolean downWhenDegraded;

	public boolean isDownWhenDegraded() {
		return this.downWhenDegraded;
	}

	public void setDownWhenDegraded(boolean downWhenDegraded) {
		this.downWhenDegraded = downWhenDegraded;
	}

}

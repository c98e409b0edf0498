package io.github.ratelimit.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the refusals of Redis that an instance remembers.
 */
@ConfigurationProperties(RefusalCacheProperties.PREFIX)
public class RefusalCacheProperties {

	static final String PREFIX = "ratelimit.redis.refusal-cache";

	/**
	 * Whether a request that Redis has refused is refused without asking it again, until
	 * it may be allowed and for a second at most.
	 */
	private boolean enabled = true;

	/**
	 * Refusals that an instance remembers at most.
	 */
	private int maxSize = 10_000;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public int getMaxSize() {
		return this.maxSize;
	}

	public void setMaxSize(int maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Return the number of refusals.
	 * @throws InvalidRateLimitConfigurationException if none would fit
	 */
	int requireMaxSize() {
		if (this.maxSize < 1) {
			throw new InvalidRateLimitConfigurationException(PREFIX + ".max-size", Integer.toString(this.maxSize),
					"it is not above zero",
					"Set '%1$s.max-size' to at least 1, or '%1$s.enabled' to false.".formatted(PREFIX));
		}
		return this.maxSize;
	}

}

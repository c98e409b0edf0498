package io.github.ratelimit.autoconfigure;

/**
 * Configuration properties of decisions that travel to Redis together.
 */
public class RedisGatheringProperties {

	/**
	 * Whether decisions that are asked for while others are under way to Redis travel
	 * together, in one call of a script.
	 */
	private boolean enabled = true;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

}

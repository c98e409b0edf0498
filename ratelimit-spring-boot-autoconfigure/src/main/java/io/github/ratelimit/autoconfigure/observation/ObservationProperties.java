package io.github.ratelimit.autoconfigure.observation;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of observations.
 */
@ConfigurationProperties("ratelimit.observations")
public class ObservationProperties {

	/**
	 * Whether decisions and their commands to Redis are observed, for traces. By default
	 * where something besides meters listens to observations.
	 */
	private @Nullable Boolean enabled;

	public @Nullable Boolean getEnabled() {
		return this.enabled;
	}

	public void setEnabled(@Nullable Boolean enabled) {
		this.enabled = enabled;
	}

}

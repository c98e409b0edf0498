package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.convert.DurationStyle;

/**
 * The store in Redis.
 */
public class RedisProperties {

	/**
	 * Whether Redis is used where one is configured.
	 */
	private boolean enabled = true;

	/**
	 * Address of the limiter's Redis, 'redis://[user:password@]host[:port][/database]',
	 * or 'rediss://' for TLS.
	 */
	private @Nullable String url;

	/**
	 * Name of the SSL bundle to use with 'ratelimit.redis.url' or 'REDIS_URL', which then
	 * need not say 'rediss://'.
	 */
	private @Nullable String sslBundle;

	/**
	 * Longest time a decision waits for Redis.
	 */
	private Duration timeout = Duration.ofMillis(100);

	/**
	 * Longest time to wait for a connection.
	 */
	private Duration connectTimeout = Duration.ofMillis(500);

	/**
	 * Time after which an instance shows the others again that it is there.
	 */
	private Duration heartbeatInterval = Duration.ofSeconds(5);

	@NestedConfigurationProperty
	private final RedisGatheringProperties gathering = new RedisGatheringProperties();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public @Nullable String getSslBundle() {
		return this.sslBundle;
	}

	public void setSslBundle(@Nullable String sslBundle) {
		this.sslBundle = sslBundle;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getHeartbeatInterval() {
		return this.heartbeatInterval;
	}

	public void setHeartbeatInterval(Duration heartbeatInterval) {
		this.heartbeatInterval = heartbeatInterval;
	}

	public RedisGatheringProperties getGathering() {
		return this.gathering;
	}

	/**
	 * Check the durations.
	 * @throws InvalidRateLimitConfigurationException if one is not above zero
	 */
	public void requireTimes() {
		requirePositive("timeout", this.timeout, "100ms");
		requirePositive("connect-timeout", this.connectTimeout, "500ms");
		requirePositive("heartbeat-interval", this.heartbeatInterval, "5s");
	}

	private static void requirePositive(String name, Duration duration, String example) {
		if (duration.isNegative() || duration.isZero()) {
			String property = "ratelimit.redis." + name;
			throw new InvalidRateLimitConfigurationException(property,
					DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS), "it is not above zero",
					"Set '%s' to a duration such as %s.".formatted(property, example));
		}
	}

}

package io.github.ratelimit.autoconfigure.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Rate;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the client of a rate limit service.
 */
@ConfigurationProperties(RateLimitServiceClientProperties.PREFIX)
public class RateLimitServiceClientProperties {

	static final String PREFIX = "ratelimit.service-client";

	/**
	 * Address of a rate limit service, such as 'https://limits.example.com', with its
	 * base path if it has one. There is a client if it is set.
	 */
	private @Nullable String url;

	/**
	 * Key that the service permits checks for.
	 */
	private @Nullable String apiKey;

	/**
	 * SSL bundle that the service is trusted by.
	 */
	private @Nullable String sslBundle;

	/**
	 * Time a connection to the service may take to be made, that of TLS included.
	 */
	private Duration connectTimeout = Duration.ofMillis(500);

	/**
	 * Time a check may take in all, that of connecting included.
	 */
	private Duration readTimeout = Duration.ofSeconds(1);

	/**
	 * What happens to checks while the service cannot be asked: they are allowed, refused
	 * as unavailable, or decided by 'ratelimit.service-client.local-limits'.
	 */
	private FailureMode failureMode = FailureMode.OPEN;

	/**
	 * Limits of each client in the memory of this instance while the service cannot be
	 * asked and the failure mode is 'local', by limit key, such as '100/60s'. That of
	 * 'global' holds for limit keys without.
	 */
	private Map<String, Rate> localLimits = new LinkedHashMap<>();

	/**
	 * Failures in a row after which the service is not asked any more.
	 */
	private int failureThreshold = 5;

	/**
	 * Time until the service is asked again, give or take a fifth.
	 */
	private Duration wait = Duration.ofSeconds(10);

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public @Nullable String getSslBundle() {
		return this.sslBundle;
	}

	public void setSslBundle(@Nullable String sslBundle) {
		this.sslBundle = sslBundle;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getReadTimeout() {
		return this.readTimeout;
	}

	public void setReadTimeout(Duration readTimeout) {
		this.readTimeout = readTimeout;
	}

	public FailureMode getFailureMode() {
		return this.failureMode;
	}

	public void setFailureMode(FailureMode failureMode) {
		this.failureMode = failureMode;
	}

	public Map<String, Rate> getLocalLimits() {
		return this.localLimits;
	}

	public void setLocalLimits(Map<String, Rate> localLimits) {
		this.localLimits = localLimits;
	}

	public int getFailureThreshold() {
		return this.failureThreshold;
	}

	public void setFailureThreshold(int failureThreshold) {
		this.failureThreshold = failureThreshold;
	}

	public Duration getWait() {
		return this.wait;
	}

	public void setWait(Duration wait) {
		this.wait = wait;
	}

}

package io.github.ratelimit.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link RateLimitServiceClient}.
 *
 * @param url where the service is, with its base path if it has one
 * @param apiKey key that permits checks, {@code null} for none
 * @param connectTimeout time a connection may take to be made
 * @param readTimeout time a check may take in all, that of connecting included
 * @param failureMode what happens to checks while the service cannot be asked
 * @param localLimits limits of each client by limit key while the service cannot be asked
 * and the failure mode is {@link FailureMode#LOCAL}; those of
 * {@link ServiceCheck#GLOBAL}, which are needed then, hold for limit keys without
 * @param failureThreshold failures in a row after which the service is not asked any more
 * @param waitDuration time until the service is asked again, give or take a fifth
 * @param sslContext what the service is trusted by, {@code null} for the default
 * @param correlationId gives the correlation id of the current request, or {@code null}
 */
public record RateLimitServiceClientSettings(URI url, @Nullable String apiKey, Duration connectTimeout,
		Duration readTimeout, FailureMode failureMode, Map<String, Limit> localLimits, int failureThreshold,
		Duration waitDuration, @Nullable SSLContext sslContext, Supplier<@Nullable String> correlationId) {

	/**
	 * Longest timeout and longest wait.
	 */
	public static final Duration MAX_DURATION = Duration.ofHours(1);

	private static final Duration MIN_DURATION = Duration.ofMillis(1);

	private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofMillis(500);

	private static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

	// More than this servers do not read in a header
	private static final int MAX_KEY = 4096;

	private static final int DEFAULT_FAILURE_THRESHOLD = 5;

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if the address is not of HTTP, or more than an
	 * address; if a duration is not from one millisecond to {@link #MAX_DURATION}; if the
	 * threshold is below 1; if the key cannot stand in a header field; or if there is no
	 * limit to decide by locally
	 */
	public RateLimitServiceClientSettings {
		ServiceUrl.require(url);
		requireDuration("connectTimeout", connectTimeout);
		requireDuration("readTimeout", readTimeout);
		requireDuration("waitDuration", waitDuration);
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		Objects.requireNonNull(correlationId, "correlationId must not be null");
		localLimits = Map.copyOf(localLimits);
		if (apiKey != null && !HeaderValue.isPlain(apiKey, MAX_KEY)) {
			throw new IllegalArgumentException(
					"apiKey must be 1 to " + MAX_KEY + " printable ASCII characters without spaces");
		}
		if (failureThreshold < 1) {
			throw new IllegalArgumentException("failureThreshold must be at least 1, not " + failureThreshold);
		}
		if (failureMode == FailureMode.LOCAL && !localLimits.containsKey(ServiceCheck.GLOBAL)) {
			throw new IllegalArgumentException(
					"Failure mode LOCAL needs a local limit for '" + ServiceCheck.GLOBAL + "'");
		}
	}

	/**
	 * Return settings that let clients go on while the service cannot be asked.
	 * @param url where the service is
	 * @return the settings
	 */
	public static RateLimitServiceClientSettings of(URI url) {
		return new RateLimitServiceClientSettings(url, null, DEFAULT_CONNECT_TIMEOUT, DEFAULT_READ_TIMEOUT,
				FailureMode.OPEN, Map.of(), DEFAULT_FAILURE_THRESHOLD, DEFAULT_WAIT, null, () -> null);
	}

	/**
	 * Return these settings with a key.
	 * @param apiKey key that permits checks, {@code null} for none
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withApiKey(@Nullable String apiKey) {
		return new RateLimitServiceClientSettings(this.url, apiKey, this.connectTimeout, this.readTimeout,
				this.failureMode, this.localLimits, this.failureThreshold, this.waitDuration, this.sslContext,
				this.correlationId);
	}

	/**
	 * Return these settings with other timeouts.
	 * @param connectTimeout time a connection may take to be made
	 * @param readTimeout time a check may take in all
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withTimeouts(Duration connectTimeout, Duration readTimeout) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, connectTimeout, readTimeout, this.failureMode,
				this.localLimits, this.failureThreshold, this.waitDuration, this.sslContext, this.correlationId);
	}

	/**
	 * Return these settings with another failure mode.
	 * @param failureMode what happens to checks while the service cannot be asked, not
	 * {@link FailureMode#LOCAL}
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withFailureMode(FailureMode failureMode) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, this.connectTimeout, this.readTimeout,
				failureMode, this.localLimits, this.failureThreshold, this.waitDuration, this.sslContext,
				this.correlationId);
	}

	/**
	 * Return these settings with failure mode {@link FailureMode#LOCAL}.
	 * @param localLimits limits of each client by limit key, with that of
	 * {@link ServiceCheck#GLOBAL}
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withLocalLimits(Map<String, Limit> localLimits) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, this.connectTimeout, this.readTimeout,
				FailureMode.LOCAL, localLimits, this.failureThreshold, this.waitDuration, this.sslContext,
				this.correlationId);
	}

	/**
	 * Return these settings with another circuit breaker.
	 * @param failureThreshold failures in a row after which the service is not asked
	 * @param waitDuration time until it is asked again
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withCircuitBreaker(int failureThreshold, Duration waitDuration) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, this.connectTimeout, this.readTimeout,
				this.failureMode, this.localLimits, failureThreshold, waitDuration, this.sslContext,
				this.correlationId);
	}

	/**
	 * Return these settings with other trust.
	 * @param sslContext what the service is trusted by, {@code null} for the default
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withSslContext(@Nullable SSLContext sslContext) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, this.connectTimeout, this.readTimeout,
				this.failureMode, this.localLimits, this.failureThreshold, this.waitDuration, sslContext,
				this.correlationId);
	}

	/**
	 * Return these settings with correlation ids, which are passed on to the service.
	 * @param correlationId gives that of the current request, or {@code null}
	 * @return the settings
	 */
	public RateLimitServiceClientSettings withCorrelationId(Supplier<@Nullable String> correlationId) {
		return new RateLimitServiceClientSettings(this.url, this.apiKey, this.connectTimeout, this.readTimeout,
				this.failureMode, this.localLimits, this.failureThreshold, this.waitDuration, this.sslContext,
				correlationId);
	}

	/**
	 * Return where the service is and what happens without it, and no secret.
	 */
	@Override
	public String toString() {
		return "RateLimitServiceClientSettings[url=" + this.url + ", failureMode=" + this.failureMode + "]";
	}

	private static void requireDuration(String name, Duration duration) {
		if (duration.compareTo(MIN_DURATION) < 0 || duration.compareTo(MAX_DURATION) > 0) {
			throw new IllegalArgumentException(
					name + " must be from " + MIN_DURATION + " to " + MAX_DURATION + ", not " + duration);
		}
	}

}

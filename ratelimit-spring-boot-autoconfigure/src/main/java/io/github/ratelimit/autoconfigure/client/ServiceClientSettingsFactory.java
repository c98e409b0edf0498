package io.github.ratelimit.autoconfigure.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.client.RateLimitServiceClientSettings;
import io.github.ratelimit.client.ServiceCheck;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Makes the settings of a client of properties.
 */
final class ServiceClientSettingsFactory {

	private static final String PREFIX = RateLimitServiceClientProperties.PREFIX;

	private static final String CORRELATION_ID = "correlationId";

	private static final Duration MIN_DURATION = Duration.ofMillis(1);

	private final RateLimitServiceClientProperties properties;

	private final @Nullable SslBundles sslBundles;

	ServiceClientSettingsFactory(RateLimitServiceClientProperties properties, @Nullable SslBundles sslBundles) {
		this.properties = properties;
		this.sslBundles = sslBundles;
	}

	/**
	 * Return the settings.
	 * @throws InvalidRateLimitConfigurationException if one makes no sense
	 */
	RateLimitServiceClientSettings settings() {
		requireDuration("connect-timeout", this.properties.getConnectTimeout());
		requireDuration("read-timeout", this.properties.getReadTimeout());
		requireDuration("wait", this.properties.getWait());
		if (this.properties.getFailureThreshold() < 1) {
			throw invalid("failure-threshold", Integer.toString(this.properties.getFailureThreshold()),
					"it is not above zero", "Set '%s' to at least 1.");
		}
		return withApiKey(failureMode(withUrl()))
			.withTimeouts(this.properties.getConnectTimeout(), this.properties.getReadTimeout())
			.withCircuitBreaker(this.properties.getFailureThreshold(), this.properties.getWait())
			.withSslContext(sslContext())
			.withCorrelationId(() -> MDC.get(CORRELATION_ID));
	}

	private RateLimitServiceClientSettings withUrl() {
		String url = (this.properties.getUrl() != null) ? this.properties.getUrl().strip() : "";
		try {
			return RateLimitServiceClientSettings.of(new URI(url));
		}
		catch (URISyntaxException ex) {
			throw invalidUrl(url, "it is not an address");
		}
		catch (IllegalArgumentException ex) {
			throw invalidUrl(url, Objects.requireNonNull(ex.getMessage()).replaceFirst("^url ", "it "));
		}
	}

	/**
	 * An address may hold a password where it should not.
	 */
	private static InvalidRateLimitConfigurationException invalidUrl(String url, String reason) {
		return invalid("url", url.replaceFirst("//.*@", "//***@").replaceFirst("[?#].*", "?***"), reason,
				"Set '%s' to an address such as https://limits.example.com, and a key in '" + PREFIX + ".api-key'.");
	}

	private RateLimitServiceClientSettings failureMode(RateLimitServiceClientSettings settings) {
		if (this.properties.getFailureMode() != FailureMode.LOCAL) {
			return settings.withFailureMode(this.properties.getFailureMode());
		}
		if (!this.properties.getLocalLimits().containsKey(ServiceCheck.GLOBAL)) {
			throw invalid("local-limits." + ServiceCheck.GLOBAL, null,
					"failure mode 'local' needs a limit for limit keys that have none of their own",
					"Set '%s', such as 100/60s, or '" + PREFIX + ".failure-mode' to open or closed.");
		}
		Map<String, Limit> limits = new LinkedHashMap<>();
		this.properties.getLocalLimits().forEach((limitKey, rate) -> {
			Limit limit = Limit.of(rate);
			try {
				LimitAlgorithm.of(limit);
			}
			catch (IllegalArgumentException ex) {
				throw invalid("local-limits." + limitKey, rate.toString(), Objects.requireNonNull(ex.getMessage()),
						"Set '%s' to another rate.");
			}
			limits.put(limitKey, limit);
		});
		return settings.withLocalLimits(limits);
	}

	private RateLimitServiceClientSettings withApiKey(RateLimitServiceClientSettings settings) {
		String apiKey = this.properties.getApiKey();
		if (!StringUtils.hasText(apiKey)) {
			return settings;
		}
		try {
			return settings.withApiKey(apiKey);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("api-key", "***", Objects.requireNonNull(ex.getMessage()).replaceFirst("^apiKey ", "it "),
					"Set '%s' to the key as the service has it.");
		}
	}

	private @Nullable SSLContext sslContext() {
		String name = this.properties.getSslBundle();
		if (!StringUtils.hasText(name)) {
			return null;
		}
		try {
			if (this.sslBundles != null) {
				return this.sslBundles.getBundle(name).createSslContext();
			}
		}
		catch (NoSuchSslBundleException ex) {
			// The same as without any
		}
		throw invalid("ssl-bundle", name, "there is no SSL bundle of that name",
				"Define it below 'spring.ssl.bundle', or correct '%s'.");
	}

	private static void requireDuration(String name, Duration value) {
		if (value.compareTo(MIN_DURATION) < 0 || value.compareTo(RateLimitServiceClientSettings.MAX_DURATION) > 0) {
			throw invalid(name, DurationStyle.SIMPLE.print(value, ChronoUnit.MILLIS),
					"it is not from one millisecond to one hour", "Set '%s' to a duration such as 500ms.");
		}
	}

	private static InvalidRateLimitConfigurationException invalid(String name, @Nullable String value, String reason,
			String remedy) {
		String property = PREFIX + "." + name;
		return new InvalidRateLimitConfigurationException(property, value, reason, remedy.formatted(property));
	}

}

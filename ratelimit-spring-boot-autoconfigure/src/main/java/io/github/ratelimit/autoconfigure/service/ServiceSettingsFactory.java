package io.github.ratelimit.autoconfigure.service;

import java.util.regex.Pattern;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.service.ApiKeyCallers;
import io.github.ratelimit.service.ServiceSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Makes settings of properties, and stops the start where they make no sense.
 */
final class ServiceSettingsFactory {

	private static final String PREFIX = "ratelimit.service.";

	private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

	private static final DataSize MAX_BODY = DataSize.ofMegabytes(16);

	private static final int MAX_BATCH = 10_000;

	private static final int MIN_KEY_LENGTH = 16;

	private static final int OK = 200;

	private static final int TOO_MANY_REQUESTS = 429;

	private final RateLimitServiceProperties properties;

	ServiceSettingsFactory(RateLimitServiceProperties properties) {
		this.properties = properties;
	}

	/**
	 * Return the settings.
	 * @param limiting whether anything is limited
	 */
	ServiceSettings settings(boolean limiting) {
		String basePath = this.properties.getBasePath();
		if (!BASE_PATH.matcher(basePath).matches()) {
			throw invalid("base-path", basePath, "it must be plain text that begins with '/' and does not end with it",
					"Set '%s' to something like '/limits', or leave it out.");
		}
		int refusal = this.properties.getRefusalStatus();
		if (refusal != OK && refusal != TOO_MANY_REQUESTS) {
			throw invalid("refusal-status", Integer.toString(refusal), "a refusal is answered with 200 or 429",
					"Set '%s' to 200 or 429.");
		}
		int batch = this.properties.getMaxBatchSize();
		if (batch < 1 || batch > MAX_BATCH) {
			throw invalid("max-batch-size", Integer.toString(batch), "a batch has 1 to " + MAX_BATCH + " checks",
					"Set '%s' to at least 1.");
		}
		return new ServiceSettings(basePath, refusal, bytes("max-body-size", this.properties.getMaxBodySize()),
				bytes("max-batch-body-size", this.properties.getMaxBatchBodySize()), batch, limiting);
	}

	private static int bytes(String name, DataSize size) {
		if (size.toBytes() < 1 || size.compareTo(MAX_BODY) > 0) {
			throw invalid(name, size.toString(), "a body is held in memory, and must be from 1 byte to 16MB",
					"Set '%s' to something like 16KB.");
		}
		return Math.toIntExact(size.toBytes());
	}

	/**
	 * Return who knows callers by keys.
	 * @return {@code null} if there are no keys
	 */
	@Nullable ApiKeyCallers apiKeys() {
		String check = key("api-key", this.properties.getApiKey());
		String admin = key("admin-api-key", this.properties.getAdminApiKey());
		if (check != null && check.equals(admin)) {
			throw invalid("admin-api-key", null, "it is the same as '" + PREFIX + "api-key'",
					"Set '%s' to another long random text: who may ask must not change rules by that.");
		}
		return (check != null || admin != null) ? new ApiKeyCallers(check, admin) : null;
	}

	private static @Nullable String key(String name, @Nullable String key) {
		if (key == null) {
			return null;
		}
		if (!StringUtils.hasText(key) || key.length() < MIN_KEY_LENGTH) {
			throw invalid(name, null, "a key of less than " + MIN_KEY_LENGTH + " characters can be guessed",
					"Set '%s' to a long random text, such as the output of 'openssl rand -hex 32', or leave it out.");
		}
		if (!key.chars().allMatch((character) -> character > ' ' && character < 0x7f)) {
			throw invalid(name, null, "a header field cannot have this key",
					"Set '%s' to printable ASCII without spaces.");
		}
		return key;
	}

	String authority(String name, String authority) {
		if (!StringUtils.hasText(authority)) {
			throw invalid(name, null, "an authority must not be blank", "Set '%s' to the name of an authority.");
		}
		return authority;
	}

	private static InvalidRateLimitConfigurationException invalid(String name, @Nullable String value, String reason,
			String remedy) {
		return new InvalidRateLimitConfigurationException(PREFIX + name, value, reason,
				remedy.formatted(PREFIX + name));
	}

}

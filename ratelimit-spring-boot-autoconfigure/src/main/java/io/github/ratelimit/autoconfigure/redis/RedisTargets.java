package io.github.ratelimit.autoconfigure.redis;

import java.util.Objects;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * Finds the Redis to use: the first that is really named of {@code ratelimit.redis.url},
 * connection details, {@code spring.data.redis.*}, {@code REDIS_URL} and
 * {@code MEMORYSTORE_*}.
 */
final class RedisTargets {

	private static final String OWN_URL = "ratelimit.redis.url";

	private static final String OWN_BUNDLE = "ratelimit.redis.ssl-bundle";

	private static final String REDIS_URL = "REDIS_URL";

	private final Environment environment;

	private final RateLimitProperties properties;

	private final @Nullable RedisTargetSupplier connectionDetails;

	private final @Nullable SslBundles sslBundles;

	RedisTargets(Environment environment, RateLimitProperties properties,
			@Nullable RedisTargetSupplier connectionDetails, @Nullable SslBundles sslBundles) {
		this.environment = environment;
		this.properties = properties;
		this.connectionDetails = connectionDetails;
		this.sslBundles = sslBundles;
	}

	/**
	 * Return the Redis to use, {@code null} if none is named.
	 */
	@Nullable RedisTarget find() {
		String own = this.properties.getRedis().getUrl();
		if (own != null && !own.isBlank()) {
			return RedisTarget.ofUrl(own, OWN_URL, bundle());
		}
		RedisTarget named = findInApplication();
		if (named != null) {
			return withoutBundle(named);
		}
		String url = this.environment.getProperty(REDIS_URL, "");
		if (!url.isBlank()) {
			return RedisTarget.ofUrl(url, REDIS_URL, bundle());
		}
		RedisTarget memorystore = MemorystoreSettings.target(this.environment);
		return (memorystore != null) ? withoutBundle(memorystore) : null;
	}

	private @Nullable RedisTarget findInApplication() {
		RedisTarget details = (this.connectionDetails != null) ? this.connectionDetails.get() : null;
		if (details != null) {
			return details;
		}
		SpringDataRedisSettings settings = Binder.get(this.environment)
			.bindOrCreate(SpringDataRedisSettings.PREFIX, SpringDataRedisSettings.class);
		return (settings.namesServer()) ? settings.target(this.sslBundles) : null;
	}

	/**
	 * A bundle that is not used would leave a password in the clear.
	 */
	private RedisTarget withoutBundle(RedisTarget target) {
		String name = this.properties.getRedis().getSslBundle();
		if (name != null && !name.isBlank()) {
			throw new InvalidRateLimitConfigurationException(OWN_BUNDLE, name,
					"it is for the Redis of '%s' or %s, and the one that is used is named by %s".formatted(OWN_URL,
							REDIS_URL, target.chosenBy()),
					"Name the bundle where the Redis is named, such as in 'spring.data.redis.ssl.bundle', "
							+ "or set '%s'.".formatted(OWN_URL));
		}
		return target;
	}

	private @Nullable SslBundle bundle() {
		String name = this.properties.getRedis().getSslBundle();
		if (name == null || name.isBlank()) {
			return null;
		}
		try {
			return Objects.requireNonNullElseGet(this.sslBundles, DefaultSslBundleRegistry::new).getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidRateLimitConfigurationException(OWN_BUNDLE, name, "there is no SSL bundle of that name",
					"Define it below 'spring.ssl.bundle', or correct '%s'.".formatted(OWN_BUNDLE));
		}
	}

}

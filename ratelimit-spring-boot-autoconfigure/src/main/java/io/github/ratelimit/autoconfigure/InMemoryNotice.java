package io.github.ratelimit.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Tells in the log that counts are kept in memory, and why: as a warning where the
 * application has a Redis that it did not name to the limiter.
 */
final class InMemoryNotice {

	private static final Log logger = LogFactory.getLog(InMemoryNotice.class);

	private static final String REDIS_CLIENT = "io.lettuce.core.RedisClient";

	private static final String CONNECTION_FACTORY = "org.springframework.data.redis.connection.RedisConnectionFactory";

	private final RedisProperties redis;

	private final ListableBeanFactory beans;

	private final @Nullable ClassLoader classLoader;

	InMemoryNotice(RedisProperties redis, ListableBeanFactory beans, @Nullable ClassLoader classLoader) {
		this.redis = redis;
		this.beans = beans;
		this.classLoader = classLoader;
	}

	void tell() {
		String notice = "Rate limits are counted in the memory of this instance, because ";
		if (!this.redis.isEnabled()) {
			logger.info(notice + "ratelimit.redis.enabled is false");
			return;
		}
		boolean lettuce = ClassUtils.isPresent(REDIS_CLIENT, this.classLoader);
		notice += (lettuce)
				? "no Redis is named by ratelimit.redis.url, spring.data.redis.*, REDIS_URL or MEMORYSTORE_*"
				: "Lettuce is not on the class path";
		String unused = connectionFactory();
		if (unused == null) {
			logger.info(notice);
		}
		else {
			logger.warn(notice + "; the application's own '" + unused + "' is not used: "
					+ ((lettuce) ? "set ratelimit.redis.url, or give the limiter a LettuceConnectionFactory named "
							+ "rateLimitRedisConnectionFactory" : "add io.lettuce:lettuce-core"));
		}
	}

	/**
	 * Return the name of a bean by which the application reaches a Redis, without loading
	 * what may not be there.
	 */
	private @Nullable String connectionFactory() {
		if (!ClassUtils.isPresent(CONNECTION_FACTORY, this.classLoader)) {
			return null;
		}
		String[] names = this.beans
			.getBeanNamesForType(ClassUtils.resolveClassName(CONNECTION_FACTORY, this.classLoader), true, false);
		return (names.length > 0) ? names[0] : null;
	}

}

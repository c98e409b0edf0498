package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.Objects;

import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import io.lettuce.core.tracing.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * How to connect to Redis.
 *
 * @param sslOptions keys and certificates to use for TLS, {@code null} for those of the
 * Java platform
 * @param credentials gives user and password each time a connection is made, to an
 * address that has no password; {@code null} if nobody does
 * @param connectTimeout how long to wait for a connection
 * @param timeout how long to wait for an answer
 * @param tracing follows commands
 */
public record RedisClientSettings(@Nullable SslOptions sslOptions, @Nullable RedisCredentialsProvider credentials,
		Duration connectTimeout, Duration timeout, Tracing tracing) {

	/**
	 * Check the settings.
	 */
	public RedisClientSettings {
		Objects.requireNonNull(connectTimeout, "connectTimeout must not be null");
		Objects.requireNonNull(timeout, "timeout must not be null");
		Objects.requireNonNull(tracing, "tracing must not be null");
	}

	/**
	 * Create settings by which no commands are followed.
	 * @param sslOptions keys and certificates to use for TLS, {@code null} for those of
	 * the Java platform
	 * @param credentials gives user and password each time a connection is made,
	 * {@code null} if nobody does
	 * @param connectTimeout how long to wait for a connection
	 * @param timeout how long to wait for an answer
	 */
	public RedisClientSettings(@Nullable SslOptions sslOptions, @Nullable RedisCredentialsProvider credentials,
			Duration connectTimeout, Duration timeout) {
		this(sslOptions, credentials, connectTimeout, timeout, Tracing.disabled());
	}

	/**
	 * Return the same settings with commands followed.
	 * @param tracing follows commands
	 * @return the settings
	 */
	public RedisClientSettings withTracing(Tracing tracing) {
		return new RedisClientSettings(this.sslOptions, this.credentials, this.connectTimeout, this.timeout, tracing);
	}

}

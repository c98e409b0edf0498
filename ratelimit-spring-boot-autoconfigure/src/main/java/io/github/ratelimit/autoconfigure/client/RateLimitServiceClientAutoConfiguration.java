package io.github.ratelimit.autoconfigure.client;

import io.github.ratelimit.client.RateLimitServiceClient;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a {@link RateLimitServiceClient}
 * where the address of a service is set.
 * <p>
 * Its requests are made with the application's {@code RestClient.Builder} where there is
 * one, so that they are observed and carry the trace as any other.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
		"org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration" })
@ConditionalOnClass({ RestClient.class, JsonMapper.class })
@ConditionalOnProperty("ratelimit.service-client.url")
@EnableConfigurationProperties(RateLimitServiceClientProperties.class)
public final class RateLimitServiceClientAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	RateLimitServiceClient rateLimitServiceClient(RateLimitServiceClientProperties properties,
			ObjectProvider<RestClient.Builder> builder, ObjectProvider<SslBundles> sslBundles) {
		return RateLimitServiceClient.create(
				new ServiceClientSettingsFactory(properties, sslBundles.getIfAvailable()).settings(),
				builder.getIfUnique(RestClient::builder));
	}

}

package io.github.ratelimit.autoconfigure.actuate;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.actuate.RateLimiterHealthIndicator;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.tier.TierRateLimiters;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the
 * {@link RateLimiterHealthIndicator}, the health component {@code ratelimiter}.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean({ TierRateLimiters.class, RateLimitStore.class })
@ConditionalOnEnabledHealthIndicator("ratelimiter")
@EnableConfigurationProperties(RateLimitHealthProperties.class)
public final class RateLimitHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "ratelimiterHealthIndicator", "ratelimiterHealthContributor" })
	RateLimiterHealthIndicator ratelimiterHealthContributor(TierRateLimiters limiters, RateLimitStore store,
			RateLimitHealthProperties properties) {
		return new RateLimiterHealthIndicator(store, limiters.rules(), properties.isDownWhenDegraded());
	}

}

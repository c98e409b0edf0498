package io.github.ratelimit.autoconfigure.actuate;

import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.actuate.RateLimiterEndpoint;
import io.github.ratelimit.actuate.RateLimiterEndpointWebExtension;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.tier.TierRateLimiters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link RateLimiterEndpoint}.
 * Statistics are kept only where it is available.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class, MeterRegistry.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean({ TierRateLimiters.class, RateLimitStore.class })
@ConditionalOnAvailableEndpoint(RateLimiterEndpoint.class)
public final class RateLimitEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimitStatistics rateLimitStatistics() {
		return new RateLimitStatistics();
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimiterEndpoint rateLimiterEndpoint(TierRateLimiters limiters, RateLimitStore store,
			RateLimitStatistics statistics, ObjectProvider<Findings> findings,
			ObjectProvider<ClientAddressResolver> addresses) {
		ClientAddressResolver known = addresses.getIfAvailable();
		return new RateLimiterEndpoint(limiters, store, statistics,
				findings.getIfAvailable(() -> new Findings(Check::severity)),
				(known != null) ? new CanonicalKeys(known) : UnaryOperator.identity());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(RateLimiterEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	RateLimiterEndpointWebExtension rateLimiterEndpointWebExtension(RateLimiterEndpoint endpoint) {
		return new RateLimiterEndpointWebExtension(endpoint);
	}

}

package io.github.ratelimit.autoconfigure.aop;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.RateLimitedBeanPostProcessor;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link RateLimited @RateLimited}
 * methods. Needs no AspectJ, and works whatever {@code spring.aop.auto} says.
 */
@AutoConfiguration(afterName = "io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration")
@ConditionalOnClass({ AbstractBeanFactoryAwareAdvisingPostProcessor.class, MethodInterceptor.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
public final class RateLimitedAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static RateLimitedBeanPostProcessor rateLimitedBeanPostProcessor(ObjectProvider<TierRateLimiters> limiters,
			ObjectProvider<TierGate> gate, ObjectProvider<CallerResolver> callerResolvers,
			ObjectProvider<RequestDecisionsSource> requestDecisions, ObjectProvider<Findings> findings) {
		return new RateLimitedBeanPostProcessor(limiters, gate, callerResolvers, requestDecisions, findings);
	}

}

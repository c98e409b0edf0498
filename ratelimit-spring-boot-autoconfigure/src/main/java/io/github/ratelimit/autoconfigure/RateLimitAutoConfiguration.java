package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitListeners;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.Severity;
import io.github.ratelimit.identity.ApiKeyPlans;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.identity.PlanRules;
import io.github.ratelimit.identity.SecurityContextCallerResolver;
import io.github.ratelimit.identity.SecurityTokenClaims;
import io.github.ratelimit.identity.TokenClaims;
import io.github.ratelimit.lease.LeasingRateLimitStore;
import io.github.ratelimit.observation.RefusalLog;
import io.github.ratelimit.refusal.RefusalCachingRateLimitStore;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.ClaimAccessor;

/**
 * {@link AutoConfiguration Auto-configuration} for the application's tiers and the store
 * they are counted in.
 */
@AutoConfiguration
@EnableConfigurationProperties({ RateLimitProperties.class, RulesProperties.class, CircuitBreakerProperties.class,
		LeaseProperties.class, RefusalCacheProperties.class, CheckProperties.class })
@Import(ReactiveRoutesConfiguration.class)
public final class RateLimitAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RateLimitAutoConfiguration.class);

	@Bean
	static StringToRateConverter stringToRateConverter() {
		return new StringToRateConverter();
	}

	@Bean
	@Fallback
	@ConditionalOnMissingBean
	TierRateLimiters tierRateLimiters(RateLimitProperties properties, Rules rules, RateLimitStore store,
			ObjectProvider<RateLimitListener> listeners, ObjectProvider<DecisionTracer> tracer,
			ObjectProvider<TokenClaims> claims, ObjectProvider<ServiceMode> serviceMode, Environment environment,
			BeanFactory beans) {
		// Where only the service's settings are shared, what they name is no mistake
		boolean service = serviceMode.getIfAvailable() != null
				|| environment.getProperty("ratelimit.service.enabled", Boolean.class, false);
		CallerKeyFactory keys = new CallerKeyFactory(properties.getKeys(),
				claims.getIfAvailable(() -> TokenClaims.NONE), beans);
		TierRateLimiters limiters = new TierRateLimiters(new TierFactory(properties, service, keys).tiers(), rules,
				(properties.isEnabled()) ? store : new UncheckedRateLimitStore(), all(listeners),
				tracer.getIfAvailable(() -> DecisionTracer.NONE));
		if (!service) {
			// Nobody can ask for what is no tier
			rules.configured()
				.endpoints()
				.forEach((endpoint) -> limiters.requireTier(endpoint, "An endpoint of 'ratelimit.rules.configured'"));
		}
		return limiters;
	}

	@Bean
	@ConditionalOnMissingBean
	Rules rateLimitRules(RulesProperties properties) {
		return new Rules(new RuleFactory(properties).rules(), InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	TierGate tierGate(TierRateLimiters limiters, RateLimitProperties properties,
			ObjectProvider<PlanResolver> planResolvers, ObjectProvider<ApiKeyPlans> apiKeyPlans,
			ObjectProvider<TokenClaims> claims, ResourceLoader resourceLoader) {
		List<PlanResolver> resolvers = new ArrayList<>(planResolvers.orderedStream().toList());
		apiKeyPlans.orderedStream()
			.forEach((plans) -> resolvers.add(PlanRules.apiKey(properties.getKeys().getApiKeyHeader(), plans)));
		resolvers.addAll(
				new PlanResolverFactory(claims.getIfAvailable(() -> TokenClaims.NONE), resourceLoader.getClassLoader())
					.resolvers(properties.getPlans()));
		return new TierGate(limiters, resolvers);
	}

	@Bean
	@ConditionalOnMissingBean
	Findings rateLimitFindings(CheckProperties properties) {
		Map<Check, Severity> severities = properties.severities();
		return new Findings((check) -> severities.getOrDefault(check, check.severity()));
	}

	@Bean
	@ConditionalOnMissingBean
	RefusalLog rateLimitRefusalLog() {
		return new RefusalLog(System::nanoTime);
	}

	private static RateLimitListener all(ObjectProvider<RateLimitListener> listeners) {
		return new RateLimitListeners(() -> listeners.orderedStream().toList());
	}

	/**
	 * Callers of methods that are not called over HTTP, where there is Spring Security.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SecurityContextHolder.class)
	static class SecurityConfiguration {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		SecurityContextCallerResolver rateLimitSecurityContextCallerResolver() {
			return new SecurityContextCallerResolver();
		}

	}

	/**
	 * Claims of tokens that Spring Security has verified.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ SecurityContextHolder.class, ClaimAccessor.class })
	static class TokenConfiguration {

		@Bean
		@ConditionalOnMissingBean(TokenClaims.class)
		SecurityTokenClaims rateLimitTokenClaims() {
			return new SecurityTokenClaims();
		}

	}

	/**
	 * The store, while the limiter is switched on.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
	@ConditionalOnMissingBean(RateLimitStore.class)
	static class StoreConfiguration {

		@Bean
		GuardedStore rateLimitGuardedStore(RateLimitProperties properties, CircuitBreakerProperties circuitBreaker,
				LeaseProperties leases, ObjectProvider<SharedStore> shared, ObjectProvider<CounterChanges> changes,
				ObjectProvider<RateLimitListener> listeners) {
			int maxCounters = maxCounters(properties.getMemory());
			Duration leaseTime = (leases.isEnabled()) ? leases.requiredDuration() : null;
			properties.getRedis().requireTimes();
			SharedStore chosen = shared.getIfAvailable();
			FailureModeSettings settings = circuitBreaker
				.settings((chosen != null) ? chosen.deadline() : properties.getRedis().getTimeout());
			if (chosen == null) {
				return new GuardedStore(null, null);
			}
			logger.info("Rate limits are counted in " + chosen.description());
			// One for what is used, and one for what of it is owed
			InMemoryRateLimitStore local = InMemoryRateLimitStore
				.create((int) Math.min(Integer.MAX_VALUE, 2L * maxCounters));
			FailureModeRateLimitStore store = new FailureModeRateLimitStore(chosen.store(), local, settings,
					chosen.instances(), all(listeners));
			return new GuardedStore(store, (leaseTime != null) ? new LeasingRateLimitStore(store, store::asksShared,
					chosen.instances(), leaseTime, changes.getIfAvailable(() -> CounterChanges.NONE)) : null);
		}

		/**
		 * Has what was drawn in advance given back while there is a connection still.
		 */
		@Bean
		ApplicationListener<ContextClosedEvent> rateLimitLeasesEnd(ApplicationContext context, GuardedStore guarded) {
			return (event) -> {
				if (event.getApplicationContext() == context) {
					guarded.giveBackLeases();
				}
			};
		}

		@Bean(destroyMethod = "")
		RateLimitStore rateLimitStore(GuardedStore guarded, RateLimitProperties properties,
				RefusalCacheProperties refusalCache, ObjectProvider<CounterChanges> changes, ListableBeanFactory beans,
				ResourceLoader resourceLoader) {
			int maxRefusals = (refusalCache.isEnabled()) ? refusalCache.requireMaxSize() : 0;
			FailureModeRateLimitStore shared = guarded.store();
			if (shared == null) {
				new InMemoryNotice(properties.getRedis(), beans, resourceLoader.getClassLoader()).tell();
				return InMemoryRateLimitStore.create(maxCounters(properties.getMemory()));
			}
			RateLimitStore asked = (guarded.leases() != null) ? guarded.leases() : shared;
			return (refusalCache.isEnabled()) ? new RefusalCachingRateLimitStore(asked, maxRefusals,
					changes.getIfAvailable(() -> CounterChanges.NONE)) : asked;
		}

		/**
		 * Checks the store when all beans are there, because listeners are told of what
		 * it finds.
		 */
		@Bean
		SmartInitializingSingleton rateLimitStoreCheck(GuardedStore guarded) {
			return () -> guarded.ifShared(FailureModeRateLimitStore::check);
		}

		private static int maxCounters(RateLimitProperties.Memory memory) {
			int maxCounters = memory.getMaxCounters();
			if (maxCounters < 1) {
				throw new InvalidRateLimitConfigurationException("ratelimit.memory.max-counters",
						Integer.toString(maxCounters), "a store must hold at least 1 counter",
						"Set 'ratelimit.memory.max-counters' to at least 1.");
			}
			return maxCounters;
		}

	}

	/**
	 * A store for code that asks a limiter all the same while it is switched off.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.enabled", havingValue = false)
	static class DisabledConfiguration {

		/**
		 * Of a type that is made at start however lazy the application is.
		 */
		@Bean
		SmartInitializingSingleton rateLimitDisabledNotice() {
			return () -> logger.warn("Nothing is limited, because ratelimit.enabled is false");
		}

		@Bean
		@ConditionalOnMissingBean
		RateLimitStore rateLimitStore() {
			return new UncheckedRateLimitStore();
		}

	}

}

package io.github.ratelimit.service;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows how the service itself is.
 */
final class StatusHandler {

	private static final String REDIS = "redis";

	private static final int OK = 200;

	private final RateLimitStore store;

	private final RecentStatus recent;

	private final Rules rules;

	private final @Nullable MetricsText metrics;

	private final boolean limiting;

	StatusHandler(RateLimitStore store, Rules rules, @Nullable MetricsText metrics, boolean limiting) {
		this.store = store;
		this.recent = new RecentStatus(store::status, System::nanoTime);
		this.rules = rules;
		this.metrics = metrics;
		this.limiting = limiting;
	}

	/**
	 * Show the circuit breaker before the store; a store without one has it closed.
	 */
	ServiceAnswer circuitBreaker(ServiceRequest request) {
		CircuitBreakerStatus breaker = this.store.status().circuitBreaker();
		ObjectNode body = ServiceJson.object();
		body.put("state", (breaker != null) ? ServiceJson.word(breaker.state()).replace('-', '_') : "closed");
		body.put("failure_count", (breaker != null) ? breaker.failures() : 0);
		body.put("time_until_retry_seconds", (breaker != null) ? roundedUp(breaker.untilNextTry()) : 0);
		return ServiceAnswer.ok(body);
	}

	private static long roundedUp(@Nullable Duration wait) {
		return (wait != null) ? wait.plusSeconds(1).minusNanos(1).toSeconds() : 0;
	}

	/**
	 * Show whether all is well. Everybody may ask, and however often they do, the store
	 * is asked once a second.
	 */
	ServiceAnswer health(ServiceRequest request) {
		StoreStatus status = this.recent.get();
		boolean degraded = !status.connected() || status.degradedSince() != null;
		RulesStatus rules = this.rules.status();
		ObjectNode body = ServiceJson.object()
			.put("status", (!this.limiting) ? "disabled" : (degraded) ? "degraded" : "healthy");
		body.put("redis_available", status.kind().equals(REDIS) && !degraded);
		body.put("store", status.kind());
		RuleHandler.putTime(body, "degraded_since", status.degradedSince());
		body.put("rules", ServiceJson.word(rules.source()));
		RuleHandler.putTime(body, "rules_failing_since", rules.failingSince());
		return ServiceAnswer.ok(body);
	}

	/**
	 * Show the meters.
	 */
	ServiceAnswer metrics(ServiceRequest request) {
		if (this.metrics == null) {
			throw new ServiceException(
					ServiceProblem.notFound("The service has no registry of meters that Prometheus could read."));
		}
		MetricsText.Scrape scrape = this.metrics.scrape(request.servletRequest().getHeader("Accept"));
		return new ServiceAnswer(OK, scrape.contentType(), scrape.text(), List.of());
	}

}

package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.observation.Word;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that shows the store, and where rules come from. An application
 * whose limits are degraded still serves its callers, so it is up, unless told otherwise;
 * one whose rules cannot be read always is.
 */
public final class RateLimiterHealthIndicator extends AbstractHealthIndicator {

	private final RateLimitStore store;

	private final Rules rules;

	private final boolean downWhenDegraded;

	/**
	 * Create an indicator.
	 * @param store where counts are kept
	 * @param rules where rules come from
	 * @param downWhenDegraded whether the application is down while the store does not
	 * answer or decisions are left to the failure mode
	 */
	public RateLimiterHealthIndicator(RateLimitStore store, Rules rules, boolean downWhenDegraded) {
		super("Rate limiter health check failed");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.rules = Objects.requireNonNull(rules, "rules must not be null");
		this.downWhenDegraded = downWhenDegraded;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		try {
			StoreStatus status = this.store.status();
			boolean degraded = !status.connected() || status.degradedSince() != null;
			report(builder, degraded).withDetails(details(status)).withDetails(details(this.rules.status()));
		}
		catch (RuntimeException ex) {
			// Of a store of the application's own: not a reason to take it down either
			report(builder, true).withException(ex);
		}
	}

	private Health.Builder report(Health.Builder builder, boolean degraded) {
		return (degraded && this.downWhenDegraded) ? builder.down() : builder.up();
	}

	private static Map<String, Object> details(StoreStatus status) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("store", status.kind());
		details.put("connected", status.connected());
		putIfKnown(details, "host", status.host());
		putIfKnown(details, "serverVersion", status.serverVersion());
		putIfKnown(details, "degradedSince", status.degradedSince());
		CircuitBreakerStatus circuitBreaker = status.circuitBreaker();
		if (circuitBreaker != null) {
			details.put("circuitBreaker", Word.of(circuitBreaker.state()));
			details.put("failures", circuitBreaker.failures());
			putIfKnown(details, "untilNextTry", seconds(circuitBreaker.untilNextTry()));
			putIfKnown(details, "lastFailure", circuitBreaker.lastFailure());
		}
		putIfKnown(details, "instances", status.instances());
		if (!status.warnings().isEmpty()) {
			details.put("warnings", status.warnings());
		}
		return details;
	}

	/**
	 * Nothing, where rules are kept in the configuration only.
	 */
	private static Map<String, Object> details(RulesStatus status) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (status.source() != RulesStatus.Source.CONFIGURATION || status.failingSince() != null) {
			details.put("rules", Word.of(status.source()));
			putIfKnown(details, "rulesFailingSince", status.failingSince());
		}
		return details;
	}

	/**
	 * Whole seconds, rounded up: 0 says that the wait is over.
	 */
	private static @Nullable Long seconds(@Nullable Duration duration) {
		return (duration != null) ? duration.plusSeconds(1).minusNanos(1).toSeconds() : null;
	}

	private static void putIfKnown(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value);
		}
	}

}

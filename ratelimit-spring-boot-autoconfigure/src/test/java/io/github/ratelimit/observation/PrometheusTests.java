package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What dashboards and alerts are written against: names and labels as Prometheus reads
 * them.
 */
class PrometheusTests {

	private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	private final RateLimitMeters meters = new RateLimitMeters(this.registry);

	@Test
	void printsAllowedAndBlockedOfATierForABlockRate() {
		decide(3, Outcome.ALLOWED);
		decide(2, Outcome.REFUSED);
		decide(1, Outcome.SHADOW_REFUSED);
		assertThat(scrape()).contains("ratelimiter_allowed_total{plan=\"anonymous\",store=\"redis\",tier=\"ai\"} 4.0",
				"ratelimiter_blocked_total{plan=\"anonymous\",store=\"redis\",tier=\"ai\"} 2.0",
				"ratelimiter_shadow_blocked_total{plan=\"anonymous\",store=\"redis\",tier=\"ai\"} 1.0");
	}

	@Test
	void printsBlockedOfATierThatNeverBlocked() {
		decide(1, Outcome.ALLOWED);
		assertThat(scrape()).contains("ratelimiter_blocked_total{plan=\"anonymous\",store=\"redis\",tier=\"ai\"} 0.0");
	}

	@Test
	void printsBucketsForPercentiles() {
		this.meters.onDecision(Events.took(Duration.ofNanos(200_000)));
		this.meters.onDecision(Events.took(Duration.ofMillis(4)));
		assertThat(scrape()).contains(
				"ratelimiter_check_duration_seconds_bucket{plan=\"anonymous\",store=\"memory\",tier=\"ai\",le=\"1.0E-4\"} 0",
				"ratelimiter_check_duration_seconds_bucket{plan=\"anonymous\",store=\"memory\",tier=\"ai\",le=\"2.5E-4\"} 1",
				"ratelimiter_check_duration_seconds_bucket{plan=\"anonymous\",store=\"memory\",tier=\"ai\",le=\"0.005\"} 2",
				"ratelimiter_check_duration_seconds_bucket{plan=\"anonymous\",store=\"memory\",tier=\"ai\",le=\"+Inf\"} 2",
				"ratelimiter_check_duration_seconds_count{plan=\"anonymous\",store=\"memory\",tier=\"ai\"} 2",
				"ratelimiter_check_duration_seconds_sum{plan=\"anonymous\",store=\"memory\",tier=\"ai\"} 0.0042");
	}

	@Test
	void printsTheStateOfTheCircuitBreakerForAnAlert() {
		CircuitBreakerStatus open = new CircuitBreakerStatus(CircuitBreakerStatus.State.OPEN, 5,
				Duration.ofMillis(6_400));
		this.meters.register(() -> open, () -> 3);
		assertThat(scrape()).contains("ratelimiter_circuit_breaker_state{state=\"closed\"} 0.0",
				"ratelimiter_circuit_breaker_state{state=\"open\"} 1.0",
				"ratelimiter_circuit_breaker_state{state=\"half-open\"} 0.0",
				"ratelimiter_circuit_breaker_failures 5.0", "ratelimiter_circuit_breaker_next_try_seconds 6.4",
				"ratelimiter_instances 3.0");
	}

	@Test
	void printsErrorsByOperationFromTheStart() {
		this.meters.onStoreError("acquire", new IllegalStateException());
		assertThat(scrape()).contains("ratelimiter_redis_errors_total{operation=\"acquire\"} 1.0",
				"ratelimiter_redis_errors_total{operation=\"settle\"} 0.0",
				"ratelimiter_redis_errors_total{operation=\"reset\"} 0.0");
	}

	@Test
	void printsActiveClientsWithoutLabels() {
		this.meters.onDecision(Events.allowed("ai", "premium", "user:alice"));
		this.meters.onDecision(Events.allowed("ai", "premium", "user:bob"));
		assertThat(scrape()).contains("ratelimiter_active_clients 2.0");
	}

	private void decide(int times, Outcome outcome) {
		for (int i = 0; i < times; i++) {
			this.meters.onDecision(Events.decided(outcome, DecisionSource.REDIS));
		}
	}

	private List<String> scrape() {
		return this.registry.scrape().lines().toList();
	}

}

package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Map;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.observation.RateLimitStatistics.Decisions;
import io.github.ratelimit.observation.RateLimitStatistics.Latency;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitStatisticsTests {

	private final RateLimitStatistics statistics = new RateLimitStatistics();

	@Test
	void startsWithNothing() {
		assertThat(this.statistics.total()).isEqualTo(Decisions.NONE);
		assertThat(this.statistics.plan("ai", "anonymous")).isEqualTo(Decisions.NONE);
		assertThat(this.statistics.errors()).isEmpty();
	}

	@Test
	void countsEachOutcomeByItself() {
		decide(1, Outcome.ALLOWED, DecisionSource.REDIS);
		decide(2, Outcome.REFUSED, DecisionSource.REDIS);
		decide(3, Outcome.SHADOW_REFUSED, DecisionSource.REDIS);
		decide(4, Outcome.UNCHECKED, DecisionSource.FAILURE_MODE);
		decide(5, Outcome.UNAVAILABLE, DecisionSource.FAILURE_MODE);
		Decisions decisions = this.statistics.plan("ai", "anonymous");
		assertThat(decisions.allowed()).isEqualTo(1);
		assertThat(decisions.refused()).isEqualTo(2);
		assertThat(decisions.shadowRefused()).isEqualTo(3);
		assertThat(decisions.unchecked()).isEqualTo(4);
		assertThat(decisions.unavailable()).isEqualTo(5);
		assertThat(decisions.fallback()).isEqualTo(9);
		assertThat(decisions.latency().count()).isEqualTo(15);
	}

	@Test
	void countsLocalDecisionsOfTheFailureModeAsFallback() {
		decide(1, Outcome.ALLOWED, DecisionSource.FAILURE_MODE);
		decide(2, Outcome.REFUSED, DecisionSource.FAILURE_MODE);
		decide(4, Outcome.ALLOWED, DecisionSource.MEMORY);
		assertThat(this.statistics.total().fallback()).isEqualTo(3);
		assertThat(this.statistics.total().allowed()).isEqualTo(5);
	}

	@Test
	void countsPlansApartAndTogether() {
		this.statistics.onDecision(Events.allowed("ai", "anonymous", "ip:203.0.113.7"));
		this.statistics.onDecision(Events.allowed("ai", "premium", "user:alice"));
		this.statistics.onDecision(Events.allowed("api", "premium", "user:alice"));
		this.statistics.onDecision(Events.allowed("api", "premium", "user:alice"));
		assertThat(this.statistics.plan("ai", "anonymous").allowed()).isEqualTo(1);
		assertThat(this.statistics.plan("ai", "premium").allowed()).isEqualTo(1);
		assertThat(this.statistics.plan("api", "premium").allowed()).isEqualTo(2);
		assertThat(this.statistics.plan("api", "anonymous")).isEqualTo(Decisions.NONE);
		assertThat(this.statistics.total().allowed()).isEqualTo(4);
	}

	@Test
	void countsErrorsByOperation() {
		this.statistics.onStoreError("reset", new IllegalStateException());
		this.statistics.onStoreError("settle", new IllegalStateException());
		this.statistics.onStoreError("acquire", new IllegalStateException());
		this.statistics.onStoreError("acquire", new IllegalStateException());
		assertThat(this.statistics.errors()).containsExactly(entry("acquire", 2), entry("reset", 1),
				entry("settle", 1));
	}

	@Test
	void tellsMeanAndPercentilesOfAllDecisions() {
		for (int millis = 1; millis <= 100; millis++) {
			this.statistics.onDecision(Events.took(Duration.ofMillis(millis)));
		}
		Latency latency = this.statistics.plan("ai", "anonymous").latency();
		assertThat(latency.count()).isEqualTo(100);
		assertThat(latency.mean()).isEqualTo(Duration.ofNanos(50_500_000));
		assertThat(latency.p95()).isBetween(Duration.ofMillis(95), Duration.ofMillis(96));
		assertThat(latency.p99()).isBetween(Duration.ofMillis(99), Duration.ofMillis(100));
		assertThat(this.statistics.total().latency()).isEqualTo(latency);
	}

	@Test
	void tellsPercentilesOfDecisionsThatTakeMicroseconds() {
		for (int i = 0; i < 99; i++) {
			this.statistics.onDecision(Events.took(Duration.ofNanos(1_000)));
		}
		this.statistics.onDecision(Events.took(Duration.ofSeconds(10)));
		Latency latency = this.statistics.total().latency();
		assertThat(latency.p95()).isBetween(Duration.ofNanos(1_000), Duration.ofNanos(1_010));
		assertThat(latency.p99()).isBetween(Duration.ofNanos(1_000), Duration.ofNanos(1_010));
	}

	@Test
	void takesDecisionsThatTookNoTime() {
		this.statistics.onDecision(Events.took(Duration.ZERO));
		assertThat(this.statistics.total().latency())
			.isEqualTo(new Latency(1, Duration.ZERO, Duration.ZERO, Duration.ZERO));
	}

	private void decide(int times, Outcome outcome, DecisionSource source) {
		for (int i = 0; i < times; i++) {
			this.statistics.onDecision(Events.decided(outcome, source));
		}
	}

	private static Map.Entry<String, Long> entry(String operation, long count) {
		return Map.entry(operation, count);
	}

}

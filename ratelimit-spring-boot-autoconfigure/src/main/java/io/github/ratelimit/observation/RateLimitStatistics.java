package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/**
 * What this instance has decided since it was started, for people to read, without what
 * was only counted beside decisions. Safe for use by many threads.
 * <p>
 * Apart from {@link RateLimitMeters}, because the registry of an application may filter
 * meters, forget what is older than its step, or not be there.
 */
public final class RateLimitStatistics implements RateLimitListener {

	private static final double[] PERCENTILES = { 0.95, 0.99 };

	// Two digits of a percentile are right
	private static final int PERCENTILE_PRECISION = 2;

	// Longer than any process lives, so that percentiles are those since the start
	private static final Duration EXPIRY = Duration.ofDays(36_500);

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final Recorder total = new Recorder(this.registry, Tags.empty());

	private final Map<PlanId, Recorder> plans = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

	@Override
	public void onDecision(RateLimitEvent event) {
		if (event.beside()) {
			return;
		}
		this.total.record(event);
		recorder(new PlanId(event.tier(), event.plan())).record(event);
	}

	private Recorder recorder(PlanId plan) {
		Recorder known = this.plans.get(plan);
		return (known != null) ? known
				: this.plans.computeIfAbsent(plan, (id) -> new Recorder(this.registry, id.tags()));
	}

	@Override
	public void onStoreError(String operation, Throwable error) {
		this.errors.computeIfAbsent(operation, (key) -> new LongAdder()).increment();
	}

	/**
	 * Return what was decided in all, by limiters outside of tiers too.
	 * @return the decisions
	 */
	public Decisions total() {
		return this.total.decisions();
	}

	/**
	 * Return what was decided for callers of a plan.
	 * @param tier name of the tier
	 * @param plan name of the plan
	 * @return the decisions, {@link Decisions#NONE} if there were none
	 */
	public Decisions plan(String tier, String plan) {
		Recorder recorder = this.plans.get(new PlanId(tier, plan));
		return (recorder != null) ? recorder.decisions() : Decisions.NONE;
	}

	/**
	 * Return how often the store could not do what it was asked.
	 * @return the number of times by operation, without those that never failed
	 */
	public SortedMap<String, Long> errors() {
		SortedMap<String, Long> errors = new TreeMap<>();
		this.errors.forEach((operation, count) -> errors.put(operation, count.sum()));
		return Collections.unmodifiableSortedMap(errors);
	}

	/**
	 * How many requests were decided, and how. Each is counted by its outcome once; how
	 * many were left to the failure mode says nothing of how those ended.
	 *
	 * @param allowed within their limits
	 * @param refused beyond a limit
	 * @param shadowRefused beyond a limit that is only watched
	 * @param unchecked let pass because the store could not decide
	 * @param unavailable turned away because the store could not decide
	 * @param fallback decided by the failure mode
	 * @param latency how long it took to decide
	 */
	public record Decisions(long allowed, long refused, long shadowRefused, long unchecked, long unavailable,
			long fallback, Latency latency) {

		/**
		 * No decisions.
		 */
		public static final Decisions NONE = new Decisions(0, 0, 0, 0, 0, 0,
				new Latency(0, Duration.ZERO, Duration.ZERO, Duration.ZERO));

	}

	/**
	 * How long it took to decide, the store's answer included.
	 *
	 * @param count number of decisions
	 * @param mean the mean
	 * @param p95 the 95th percentile, to about one part in a hundred
	 * @param p99 the 99th percentile, to about one part in a hundred
	 */
	public record Latency(long count, Duration mean, Duration p95, Duration p99) {

		private static Latency of(HistogramSnapshot snapshot) {
			ValueAtPercentile[] percentiles = snapshot.percentileValues();
			return new Latency(snapshot.count(), nanos(snapshot.mean(TimeUnit.NANOSECONDS)),
					nanos(percentiles[0].value(TimeUnit.NANOSECONDS)),
					nanos(percentiles[1].value(TimeUnit.NANOSECONDS)));
		}

		private static Duration nanos(double nanos) {
			return Duration.ofNanos(Math.round(nanos));
		}

	}

	private record PlanId(String tier, String plan) {

		Tags tags() {
			return Tags.of("tier", this.tier, "plan", this.plan);
		}

	}

	private static final class Recorder {

		private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

		private final LongAdder fallback = new LongAdder();

		private final Timer duration;

		Recorder(MeterRegistry registry, Tags tags) {
			for (Outcome outcome : Outcome.values()) {
				this.outcomes.put(outcome, new LongAdder());
			}
			this.duration = Timer.builder("check.duration")
				.tags(tags)
				.publishPercentiles(PERCENTILES)
				.percentilePrecision(PERCENTILE_PRECISION)
				.distributionStatisticExpiry(EXPIRY)
				.distributionStatisticBufferLength(1)
				.register(registry);
		}

		void record(RateLimitEvent event) {
			adder(event.decision().outcome()).increment();
			if (event.decision().source() == DecisionSource.FAILURE_MODE) {
				this.fallback.increment();
			}
			this.duration.record(event.elapsedNanos(), TimeUnit.NANOSECONDS);
		}

		Decisions decisions() {
			return new Decisions(count(Outcome.ALLOWED), count(Outcome.REFUSED), count(Outcome.SHADOW_REFUSED),
					count(Outcome.UNCHECKED), count(Outcome.UNAVAILABLE), this.fallback.sum(),
					Latency.of(this.duration.takeSnapshot()));
		}

		private long count(Outcome outcome) {
			return adder(outcome).sum();
		}

		private LongAdder adder(Outcome outcome) {
			return Objects.requireNonNull(this.outcomes.get(outcome));
		}

	}

}

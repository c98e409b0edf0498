package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.observation.RateLimitMeter.DecisionTag;
import io.github.ratelimit.observation.RateLimitMeter.ErrorTag;
import io.github.ratelimit.observation.RateLimitMeter.ServiceTag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times decisions in a {@link MeterRegistry}, as {@link RateLimitMeter} lists.
 * Safe for use by many threads.
 * <p>
 * All meters of a tier, plan and store are registered together, so that a count that
 * never happened reads 0 and is not missing. They are then found without making their
 * tags again.
 */
public final class RateLimitMeters implements RateLimitListener {

	// A decision in memory takes microseconds, one in Redis around a millisecond, and
	// deadlines end what takes longer than a second
	private static final Duration[] OBJECTIVES = { Duration.ofNanos(100_000), Duration.ofNanos(250_000),
			Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
			Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
			Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1) };

	private final MeterRegistry registry;

	private final @Nullable NamedClients clients;

	private final ActiveClients activeClients;

	private final Map<Series, DecisionMeters> decisions = new ConcurrentHashMap<>();

	private final Map<String, Counter> errors = new ConcurrentHashMap<>();

	private final Collection<SharedStoreGauges> sharedStores = new ConcurrentLinkedQueue<>();

	/**
	 * Create meters and register those that no tier is needed for.
	 * @param registry where meters are registered; its clock tells which clients are
	 * active
	 */
	public RateLimitMeters(MeterRegistry registry) {
		this(registry, (NamedClients) null);
	}

	/**
	 * Create meters that also have the tags of a service, and register those that no tier
	 * is needed for.
	 * @param registry where meters are registered; its clock tells which clients are
	 * active
	 * @param clients gives the keys that have a series of their own, asked for each
	 * decision, so it must not block
	 */
	public RateLimitMeters(MeterRegistry registry, Supplier<Set<String>> clients) {
		this(registry, new NamedClients(clients));
	}

	private RateLimitMeters(MeterRegistry registry, @Nullable NamedClients clients) {
		this.registry = Objects.requireNonNull(registry, "registry must not be null");
		this.clients = clients;
		this.activeClients = new ActiveClients(registry.config().clock()::monotonicTime);
		Gauge.builder(RateLimitMeter.ACTIVE_CLIENTS.getName(), this.activeClients, ActiveClients::count)
			.description(RateLimitMeter.ACTIVE_CLIENTS.getDescription())
			.register(registry);
		errors("acquire");
		errors("settle");
		errors("reset");
	}

	/**
	 * Register the meters of a tier, plan and store, so that they are there before the
	 * first decision.
	 * @param tier name of the tier
	 * @param plan name of the plan
	 * @param source who will decide
	 */
	public void register(String tier, String plan, DecisionSource source) {
		meters(new Series(tier, plan, source, (this.clients != null) ? NamedClients.OTHER : null));
	}

	/**
	 * Register the meters of a store that has a circuit breaker before it.
	 * @param circuitBreaker tells where the circuit breaker stands, without blocking
	 * @param instances tells how many instances use the store, without blocking
	 */
	public void register(Supplier<CircuitBreakerStatus> circuitBreaker, IntSupplier instances) {
		SharedStoreGauges gauges = new SharedStoreGauges(circuitBreaker, instances);
		this.sharedStores.add(gauges);
		gauges.register(this.registry);
	}

	@Override
	public void onDecision(RateLimitEvent event) {
		RateLimitDecision decision = event.decision();
		String client = (this.clients != null) ? this.clients.name(event.key()) : null;
		DecisionMeters meters = meters(new Series(event.tier(), event.plan(), decision.source(), client));
		if (event.beside()) {
			meters.recordBeside(decision.outcome());
			return;
		}
		meters.record(decision.outcome(), event.elapsedNanos());
		this.activeClients.seen(event.key());
	}

	@Override
	public void onStoreError(String operation, Throwable error) {
		errors(operation).increment();
	}

	private DecisionMeters meters(Series series) {
		DecisionMeters known = this.decisions.get(series);
		if (known != null) {
			return known;
		}
		if (series.source() == DecisionSource.REDIS) {
			// What Redis refuses is soon refused from memory: a rate misses what a meter
			// begins with
			registered(series.of(DecisionSource.REFUSAL_CACHE));
		}
		return registered(series);
	}

	private DecisionMeters registered(Series series) {
		return this.decisions.computeIfAbsent(series, (key) -> DecisionMeters.register(this.registry, key.tags()));
	}

	private Counter errors(String operation) {
		return this.errors.computeIfAbsent(operation, (key) -> counter(this.registry, RateLimitMeter.REDIS_ERRORS,
				Tags.of(ErrorTag.OPERATION.asString(), key)));
	}

	private static Counter counter(MeterRegistry registry, RateLimitMeter meter, Tags tags) {
		return Counter.builder(meter.getName()).description(meter.getDescription()).tags(tags).register(registry);
	}

	/**
	 * What the meters of a decision are told apart by.
	 */
	private record Series(String tier, String plan, DecisionSource source, @Nullable String client) {

		Series of(DecisionSource other) {
			return new Series(this.tier, this.plan, other, this.client);
		}

		Tags tags() {
			Tags tags = Tags.of(DecisionTag.TIER.asString(), this.tier, DecisionTag.PLAN.asString(), this.plan,
					DecisionTag.STORE.asString(), Word.of(this.source));
			return (this.client != null)
					? tags.and(ServiceTag.CLIENT.asString(), this.client, ServiceTag.ENDPOINT.asString(), this.tier)
					: tags;
		}

	}

	private record DecisionMeters(Counter allowed, Counter blocked, Counter shadowBlocked, Timer duration) {

		static DecisionMeters register(MeterRegistry registry, Tags tags) {
			return new DecisionMeters(counter(registry, RateLimitMeter.ALLOWED, tags),
					counter(registry, RateLimitMeter.BLOCKED, tags),
					counter(registry, RateLimitMeter.SHADOW_BLOCKED, tags),
					Timer.builder(RateLimitMeter.CHECK_DURATION.getName())
						.description(RateLimitMeter.CHECK_DURATION.getDescription())
						.tags(tags)
						.serviceLevelObjectives(OBJECTIVES)
						.register(registry));
		}

		void record(Outcome outcome, long elapsedNanos) {
			(outcome.isAllowed() ? this.allowed : this.blocked).increment();
			recordBeside(outcome);
			this.duration.record(elapsedNanos, TimeUnit.NANOSECONDS);
		}

		/**
		 * Record what was counted beside a request, which is counted itself.
		 */
		void recordBeside(Outcome outcome) {
			if (outcome == Outcome.SHADOW_REFUSED) {
				this.shadowBlocked.increment();
			}
		}

	}

}

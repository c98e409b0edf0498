package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.CircuitBreakerStatus.State;
import io.github.ratelimit.observation.RateLimitMeter.StateTag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;

/**
 * What gauges tell of a shared store: where the circuit breaker before it stands, and how
 * many instances use it. The store itself is not asked.
 * <p>
 * A registry refers to this weakly, so that one which outlives the application keeps no
 * store alive; whoever registers it has to hold it.
 */
final class SharedStoreGauges {

	private final Supplier<CircuitBreakerStatus> circuitBreaker;

	private final IntSupplier instances;

	SharedStoreGauges(Supplier<CircuitBreakerStatus> circuitBreaker, IntSupplier instances) {
		this.circuitBreaker = circuitBreaker;
		this.instances = instances;
	}

	void register(MeterRegistry registry) {
		for (State state : State.values()) {
			gauge(RateLimitMeter.CIRCUIT_BREAKER_STATE, (gauges) -> gauges.isIn(state) ? 1 : 0)
				.tag(StateTag.STATE.asString(), Word.of(state))
				.register(registry);
		}
		gauge(RateLimitMeter.CIRCUIT_BREAKER_FAILURES, SharedStoreGauges::failures).register(registry);
		TimeGauge
			.builder(RateLimitMeter.CIRCUIT_BREAKER_NEXT_TRY.getName(), this, TimeUnit.NANOSECONDS,
					SharedStoreGauges::nanosUntilNextTry)
			.description(RateLimitMeter.CIRCUIT_BREAKER_NEXT_TRY.getDescription())
			.register(registry);
		gauge(RateLimitMeter.INSTANCES, SharedStoreGauges::instances).register(registry);
	}

	private Gauge.Builder<SharedStoreGauges> gauge(RateLimitMeter meter, ToDoubleFunction<SharedStoreGauges> value) {
		return Gauge.builder(meter.getName(), this, value).description(meter.getDescription());
	}

	private boolean isIn(State state) {
		return this.circuitBreaker.get().state() == state;
	}

	private int failures() {
		return this.circuitBreaker.get().failures();
	}

	private long nanosUntilNextTry() {
		Duration untilNextTry = this.circuitBreaker.get().untilNextTry();
		return (untilNextTry != null) ? untilNextTry.toNanos() : 0;
	}

	private int instances() {
		return this.instances.getAsInt();
	}

}

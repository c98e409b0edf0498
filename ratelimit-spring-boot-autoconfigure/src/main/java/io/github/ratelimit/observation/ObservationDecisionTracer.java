package io.github.ratelimit.observation;

import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.JointDecision;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes each decision an observation, as {@link DecisionObservation} lists, that is the
 * parent of what its thread does until the store was asked. Safe for use by many threads.
 * <p>
 * A handler that fails changes no decision.
 */
public final class ObservationDecisionTracer implements DecisionTracer {

	private static final Log logger = LogFactory.getLog(ObservationDecisionTracer.class);

	private static final DecisionObservationConvention DEFAULT_CONVENTION = new DefaultDecisionObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable DecisionObservationConvention convention;

	private volatile boolean failed;

	/**
	 * Create a tracer.
	 * @param registry who hears of observations
	 * @param convention what is told of a decision, {@code null} for what is told usually
	 */
	public ObservationDecisionTracer(ObservationRegistry registry, @Nullable DecisionObservationConvention convention) {
		this.registry = Objects.requireNonNull(registry, "registry must not be null");
		this.convention = convention;
	}

	@Override
	public @Nullable Trace begin(List<Acquisition> acquisitions) {
		if (this.registry.isNoop()) {
			return null;
		}
		try {
			DecisionObservationContext context = new DecisionObservationContext(acquisitions);
			Observation observation = DecisionObservation.CHECK.start(this.convention, DEFAULT_CONVENTION,
					() -> context, this.registry);
			return (observation.isNoop()) ? null : new ObservedDecision(context, observation);
		}
		catch (RuntimeException ex) {
			failed(ex);
			return null;
		}
	}

	private void failed(RuntimeException ex) {
		if (!this.failed) {
			this.failed = true;
			logger.warn("A decision could not be observed; when that happens again nothing is logged", ex);
		}
	}

	/**
	 * A decision under observation.
	 */
	private final class ObservedDecision implements Trace {

		private final DecisionObservationContext context;

		private final Observation observation;

		private final Observation.Scope scope;

		ObservedDecision(DecisionObservationContext context, Observation observation) {
			this.context = context;
			this.observation = observation;
			this.scope = observation.openScope();
		}

		@Override
		public void asked() {
			attempt(this.scope::close);
		}

		@Override
		public void decided(JointDecision decision) {
			this.context.setDecision(decision);
			attempt(this.observation::stop);
		}

		@Override
		public void failed(Throwable error) {
			attempt(() -> {
				this.observation.error(error);
				this.observation.stop();
			});
		}

		private void attempt(Runnable step) {
			try {
				step.run();
			}
			catch (RuntimeException ex) {
				ObservationDecisionTracer.this.failed(ex);
			}
		}

	}

}

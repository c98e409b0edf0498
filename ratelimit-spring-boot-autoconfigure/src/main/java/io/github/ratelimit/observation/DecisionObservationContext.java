package io.github.ratelimit.observation;

import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a decision while it is observed.
 */
public final class DecisionObservationContext extends Observation.Context {

	private final List<Acquisition> acquisitions;

	private volatile @Nullable JointDecision decision;

	/**
	 * Create a context.
	 * @param acquisitions what is asked for together, at least one
	 */
	public DecisionObservationContext(List<Acquisition> acquisitions) {
		this.acquisitions = Objects.requireNonNull(acquisitions, "acquisitions must not be null");
	}

	/**
	 * Return what is asked for together.
	 * @return the acquisitions, at least one
	 */
	public List<Acquisition> getAcquisitions() {
		return this.acquisitions;
	}

	/**
	 * Return the decision.
	 * @return the decision, {@code null} while there is none
	 */
	public @Nullable JointDecision getDecision() {
		return this.decision;
	}

	void setDecision(JointDecision decision) {
		this.decision = decision;
	}

}

package io.github.ratelimit;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Follows each decision while it is made, where a {@link RateLimitListener} is told of it
 * when it is over. Safe for use by many threads. Exceptions of a tracer are those of the
 * limiter, so it must not throw.
 */
@FunctionalInterface
public interface DecisionTracer {

	/**
	 * Follows nothing.
	 */
	DecisionTracer NONE = (acquisitions) -> null;

	/**
	 * A decision begins, on the thread of the caller. Requests that only ask (cost 0) are
	 * no decisions.
	 * @param acquisitions what is asked for together, at least one
	 * @return what follows it, {@code null} if nothing does
	 */
	@Nullable Trace begin(List<Acquisition> acquisitions);

	/**
	 * What follows one decision. {@link #asked()} comes first, then one of the others.
	 */
	interface Trace {

		/**
		 * The store was asked, and may not have answered yet. Called on the thread on
		 * which the decision has begun.
		 */
		void asked();

		/**
		 * The request is decided. Called on any thread.
		 * @param decision the decision
		 */
		void decided(JointDecision decision);

		/**
		 * The request could not be decided. Called on any thread.
		 * @param error why
		 */
		void failed(Throwable error);

	}

}

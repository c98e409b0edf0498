package io.github.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one request: whether it may go on, and where its key stands with each
 * limit that holds for it.
 *
 * @param outcome what was decided
 * @param limits where the key stands with each limit; empty where nobody could tell
 * ({@link Outcome#UNCHECKED}, {@link Outcome#UNAVAILABLE})
 * @param source who decided
 * @param chargedAt when the request was charged, by the clock of the store, in whole
 * microseconds; {@code null} if nothing was charged, or in a store that cannot
 * {@linkplain RateLimitStore#settle(RateLimitSettlement) settle} charges
 */
public record RateLimitDecision(Outcome outcome, List<LimitStatus> limits, DecisionSource source,
		@Nullable Instant chargedAt) implements Serializable {

	/**
	 * Copy the list.
	 */
	public RateLimitDecision {
		Objects.requireNonNull(outcome, "outcome must not be null");
		Objects.requireNonNull(source, "source must not be null");
		limits = List.copyOf(limits);
	}

	/**
	 * Create a decision of a request of which no charge can be settled.
	 * @param outcome what was decided
	 * @param limits where the key stands with each limit
	 * @param source who decided
	 */
	public RateLimitDecision(Outcome outcome, List<LimitStatus> limits, DecisionSource source) {
		this(outcome, limits, source, null);
	}

	/**
	 * Return the decision that follows from where the key stands: refused if any limit
	 * refuses, else allowed.
	 * @param limits where the key stands with each limit, at least one
	 * @param source who decided
	 * @return the decision
	 */
	public static RateLimitDecision of(List<LimitStatus> limits, DecisionSource source) {
		if (limits.isEmpty()) {
			throw new IllegalArgumentException("A decision needs at least one limit");
		}
		boolean refused = limits.stream().anyMatch(LimitStatus::refused);
		return new RateLimitDecision((refused) ? Outcome.REFUSED : Outcome.ALLOWED, limits, source);
	}

	/**
	 * Return the decision to let a request pass that no store has checked.
	 * @param source who decided
	 * @return the decision
	 */
	public static RateLimitDecision unchecked(DecisionSource source) {
		return new RateLimitDecision(Outcome.UNCHECKED, List.of(), source);
	}

	/**
	 * Return the decision to refuse a request that no store could check.
	 * @return the decision
	 */
	public static RateLimitDecision unavailable() {
		return new RateLimitDecision(Outcome.UNAVAILABLE, List.of(), DecisionSource.FAILURE_MODE);
	}

	/**
	 * Return this decision made by someone else.
	 * @param source who decided
	 * @return the decision
	 */
	public RateLimitDecision withSource(DecisionSource source) {
		return new RateLimitDecision(this.outcome, this.limits, source, this.chargedAt);
	}

	/**
	 * Return this decision of a request that was charged.
	 * @param chargedAt when, by the clock of the store
	 * @return the decision
	 */
	public RateLimitDecision chargedAt(Instant chargedAt) {
		return new RateLimitDecision(this.outcome, this.limits, this.source, chargedAt);
	}

	/**
	 * Return this decision as it counts under the given enforcement.
	 * @param enforcement whether refusals are obeyed
	 * @return this decision, or one that lets the request pass
	 */
	public RateLimitDecision under(Enforcement enforcement) {
		if (enforcement == Enforcement.ENFORCE || allowed()) {
			return this;
		}
		Outcome passed = (this.outcome == Outcome.REFUSED) ? Outcome.SHADOW_REFUSED : Outcome.UNCHECKED;
		return new RateLimitDecision(passed, this.limits, this.source);
	}

	/**
	 * Return whether the request may go on.
	 * @return {@code true} if it may
	 */
	public boolean allowed() {
		return this.outcome.isAllowed();
	}

	/**
	 * Return the limit that leaves least: one that refused if any did, else the one with
	 * fewest units remaining.
	 * @return the tightest limit, or {@code null} where nobody could tell
	 */
	public @Nullable LimitStatus tightest() {
		return this.limits.stream().min(LimitStatus.TIGHTEST_FIRST).orElse(null);
	}

	/**
	 * Return how many units the tightest limit gives at most.
	 * @return the units, or -1 where nobody could tell
	 */
	public long limit() {
		LimitStatus tightest = tightest();
		return (tightest != null) ? tightest.limit().burst() : -1;
	}

	/**
	 * Return how many whole units the tightest limit has left.
	 * @return the units, or -1 where nobody could tell
	 */
	public long remaining() {
		LimitStatus tightest = tightest();
		return (tightest != null) ? tightest.remaining() : -1;
	}

	/**
	 * Return the least wait after which the same request would be allowed, if nothing
	 * else is asked meanwhile.
	 * @return the wait, zero if no limit refused, or {@code null} if it never can be
	 * because its cost is above a limit's burst
	 */
	public @Nullable Duration retryAfter() {
		Duration longest = Duration.ZERO;
		for (LimitStatus status : this.limits) {
			Duration wait = status.retryAfter();
			if (wait == null) {
				return null;
			}
			longest = (wait.compareTo(longest) > 0) ? wait : longest;
		}
		return longest;
	}

	/**
	 * Return the time until the tightest limit has all its units back.
	 * @return the time, zero where nobody could tell
	 */
	public Duration resetAfter() {
		LimitStatus tightest = tightest();
		return (tightest != null) ? tightest.resetAfter() : Duration.ZERO;
	}

	/**
	 * Return the names of the limits that refused.
	 * @return the names, empty if none did
	 */
	public List<String> refusedBy() {
		return this.limits.stream().filter(LimitStatus::refused).map((status) -> status.limit().name()).toList();
	}

}

package io.github.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one request: whether it may go on, and where its key stands with each
 * limit that holds for it. Immutable.
 * <p>
 * Stores that decide on one limit make it of numbers, and what few callers look at is
 * made when they do.
 */
public final class RateLimitDecision implements Serializable {

	/**
	 * Wait of what is never allowed, because its cost is above the limit's burst.
	 */
	public static final long NEVER = -1;

	/**
	 * Time of a charge that cannot be settled.
	 */
	public static final long NOT_CHARGED = Long.MIN_VALUE;

	private final Outcome outcome;

	private final DecisionSource source;

	/**
	 * The list of where the key stands with each limit, or of one limit the limit itself,
	 * of which the numbers below tell.
	 */
	private final Object limits;

	private final long remaining;

	private final long retryMicros;

	private final long resetMicros;

	private final long chargedAtMicros;

	/**
	 * The list of the one limit once it was asked for. It is kept because its status is
	 * known again by its identity. Others see it as a whole however they get it, as all
	 * in it is final.
	 */
	private transient @Nullable List<LimitStatus> made;

	/**
	 * Create a decision.
	 * @param outcome what was decided
	 * @param limits where the key stands with each limit; empty where nobody could tell
	 * ({@link Outcome#UNCHECKED}, {@link Outcome#UNAVAILABLE})
	 * @param source who decided
	 * @param chargedAt when the request was charged, by the clock of the store, in whole
	 * microseconds; {@code null} if nothing was charged, or in a store that cannot
	 * {@linkplain RateLimitStore#settle(RateLimitSettlement) settle} charges
	 */
	public RateLimitDecision(Outcome outcome, List<LimitStatus> limits, DecisionSource source,
			@Nullable Instant chargedAt) {
		this(outcome, List.copyOf(limits), 0, 0, 0, source, (chargedAt != null) ? Micros.of(chargedAt) : NOT_CHARGED);
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

	private RateLimitDecision(Outcome outcome, Object limits, long remaining, long retryMicros, long resetMicros,
			DecisionSource source, long chargedAtMicros) {
		this.outcome = Objects.requireNonNull(outcome, "outcome must not be null");
		this.source = Objects.requireNonNull(source, "source must not be null");
		this.limits = limits;
		this.remaining = remaining;
		this.retryMicros = retryMicros;
		this.resetMicros = resetMicros;
		this.chargedAtMicros = chargedAtMicros;
	}

	/**
	 * Return the decision to allow a request that one limit holds for.
	 * @param limit the limit
	 * @param remaining whole units left, from 0 to the limit's burst
	 * @param resetMicros microseconds until all units are back if nothing more is asked,
	 * not negative
	 * @param source who decided
	 * @param chargedAtMicros when the request was charged, by the clock of the store,
	 * microseconds since the epoch; {@link #NOT_CHARGED} if that cannot be settled
	 * @return the decision
	 */
	public static RateLimitDecision ofAllowed(Limit limit, long remaining, long resetMicros, DecisionSource source,
			long chargedAtMicros) {
		requireRange(limit, remaining, 0, resetMicros);
		return new RateLimitDecision(Outcome.ALLOWED, limit, remaining, 0, resetMicros, source, chargedAtMicros);
	}

	/**
	 * Return the decision to refuse a request that one limit holds for.
	 * @param limit the limit
	 * @param remaining whole units left, from 0 to the limit's burst
	 * @param retryMicros microseconds after which the same request would be allowed, if
	 * nothing else is asked meanwhile, not negative; {@link #NEVER} if it never can be
	 * @param resetMicros microseconds until all units are back if nothing more is asked,
	 * not negative
	 * @param source who decided
	 * @return the decision
	 */
	public static RateLimitDecision ofRefused(Limit limit, long remaining, long retryMicros, long resetMicros,
			DecisionSource source) {
		requireRange(limit, remaining, retryMicros, resetMicros);
		return new RateLimitDecision(Outcome.REFUSED, limit, remaining, retryMicros, resetMicros, source, NOT_CHARGED);
	}

	private static void requireRange(Limit limit, long remaining, long retryMicros, long resetMicros) {
		if (remaining < 0 || remaining > limit.burst()) {
			throw new IllegalArgumentException("remaining must be from 0 to " + limit.burst() + ", not " + remaining);
		}
		if (retryMicros < NEVER || resetMicros < 0) {
			throw new IllegalArgumentException("A wait must not be negative");
		}
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
		return new RateLimitDecision((LimitStatuses.isOneRefused(limits)) ? Outcome.REFUSED : Outcome.ALLOWED, limits,
				source);
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
		return with(this.outcome, source, this.chargedAtMicros);
	}

	/**
	 * Return this decision of a request that was charged.
	 * @param chargedAt when, by the clock of the store
	 * @return the decision
	 */
	public RateLimitDecision chargedAt(Instant chargedAt) {
		return with(this.outcome, this.source, Micros.of(chargedAt));
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
		return with((this.outcome == Outcome.REFUSED) ? Outcome.SHADOW_REFUSED : Outcome.UNCHECKED, this.source,
				NOT_CHARGED);
	}

	private RateLimitDecision with(Outcome outcome, DecisionSource source, long chargedAtMicros) {
		return new RateLimitDecision(outcome, this.limits, this.remaining, this.retryMicros, this.resetMicros, source,
				chargedAtMicros);
	}

	/**
	 * Return what was decided.
	 * @return the outcome
	 */
	public Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Return where the key stands with each limit.
	 * @return the limits; empty where nobody could tell ({@link Outcome#UNCHECKED},
	 * {@link Outcome#UNAVAILABLE})
	 */
	@SuppressWarnings("unchecked")
	public List<LimitStatus> limits() {
		return (this.limits instanceof Limit limit) ? made(limit) : (List<LimitStatus>) this.limits;
	}

	private List<LimitStatus> made(Limit limit) {
		List<LimitStatus> made = this.made;
		return (made != null) ? made : make(limit);
	}

	private synchronized List<LimitStatus> make(Limit limit) {
		List<LimitStatus> made = this.made;
		if (made == null) {
			made = List.of(new LimitStatus(limit, isRefused(), this.remaining, retryAfter(),
					Micros.duration(this.resetMicros)));
			this.made = made;
		}
		return made;
	}

	/**
	 * Return whether the only limit refused.
	 */
	private boolean isRefused() {
		return this.outcome != Outcome.ALLOWED;
	}

	/**
	 * Return who decided.
	 * @return the source
	 */
	public DecisionSource source() {
		return this.source;
	}

	/**
	 * Return when the request was charged, by the clock of the store, in whole
	 * microseconds.
	 * @return the time, {@code null} if nothing was charged, or in a store that cannot
	 * {@linkplain RateLimitStore#settle(RateLimitSettlement) settle} charges
	 */
	public @Nullable Instant chargedAt() {
		return (isCharged()) ? Micros.time(this.chargedAtMicros) : null;
	}

	boolean isCharged() {
		return this.chargedAtMicros != NOT_CHARGED;
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
		return (this.limits instanceof Limit limit) ? made(limit).get(0) : LimitStatuses.tightest(limits());
	}

	/**
	 * Return how many units the tightest limit gives at most.
	 * @return the units, or -1 where nobody could tell
	 */
	public long limit() {
		if (this.limits instanceof Limit limit) {
			return limit.burst();
		}
		LimitStatus tightest = tightest();
		return (tightest != null) ? tightest.limit().burst() : -1;
	}

	/**
	 * Return how many whole units the tightest limit has left.
	 * @return the units, or -1 where nobody could tell
	 */
	public long remaining() {
		if (this.limits instanceof Limit) {
			return this.remaining;
		}
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
		if (this.limits instanceof Limit) {
			return (this.retryMicros != NEVER) ? Micros.duration(this.retryMicros) : null;
		}
		return LimitStatuses.longestWait(limits());
	}

	/**
	 * Return the time until the tightest limit has all its units back.
	 * @return the time, zero where nobody could tell
	 */
	public Duration resetAfter() {
		if (this.limits instanceof Limit) {
			return Micros.duration(this.resetMicros);
		}
		LimitStatus tightest = tightest();
		return (tightest != null) ? tightest.resetAfter() : Duration.ZERO;
	}

	/**
	 * Return the names of the limits that refused.
	 * @return the names, empty if none did
	 */
	public List<String> refusedBy() {
		return LimitStatuses.refusedBy(limits());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RateLimitDecision decision && this.outcome == decision.outcome
				&& this.source == decision.source && this.chargedAtMicros == decision.chargedAtMicros
				&& limits().equals(decision.limits());
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.outcome, limits(), this.source, this.chargedAtMicros);
	}

	@Override
	public String toString() {
		return "RateLimitDecision[outcome=" + this.outcome + ", limits=" + limits() + ", source=" + this.source
				+ ", chargedAt=" + chargedAt() + "]";
	}

}

package io.github.ratelimit.refusal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * A refusal by one limit, and how long it holds. Immutable.
 *
 * @param charges what was asked
 * @param limits where the key stood with each limit
 * @param refusedBy which of them this is a refusal by
 * @param askedAt when the store was asked, in nanoseconds
 * @param lasts nanoseconds from then on during which the limit refuses
 * @param version what was known of changes when the store was asked
 */
record Refusal(List<Charge> charges, List<LimitStatus> limits, int refusedBy, long askedAt, long lasts, long version) {

	/**
	 * After this the store is asked again, whatever it said: who has not heard that units
	 * were given back refuses no longer than this.
	 */
	static final Duration LONGEST = Duration.ofSeconds(1);

	/**
	 * A store counts time in whole microseconds, so a wait may end that much earlier.
	 */
	private static final long CLOCK_NANOS = 1_000;

	/**
	 * Return the refusal by a limit, {@code null} if the limit did not refuse, or its
	 * wait is over before anybody can ask again.
	 */
	static @Nullable Refusal of(List<Charge> charges, List<LimitStatus> limits, int refusedBy, long askedAt,
			long version) {
		LimitStatus status = limits.get(refusedBy);
		if (!status.refused()) {
			return null;
		}
		Duration wait = status.retryAfter();
		long lasts = (wait != null) ? nanos(wait) - CLOCK_NANOS : LONGEST.toNanos();
		return (lasts > 0) ? new Refusal(charges, limits, refusedBy, askedAt, lasts, version) : null;
	}

	private static long nanos(Duration wait) {
		return ((wait.compareTo(LONGEST) < 0) ? wait : LONGEST).toNanos();
	}

	/**
	 * Return the counter of the limit that refused.
	 */
	Counter counter() {
		return this.charges.get(this.refusedBy).counter();
	}

	long endsAt() {
		return this.askedAt + this.lasts;
	}

	boolean isOver(long now) {
		return now - this.askedAt >= this.lasts;
	}

	/**
	 * Return whether this is known of the given request: that the limit refuses it, and
	 * which of the others do.
	 */
	boolean isOf(List<Charge> asked) {
		if (asked.size() != this.charges.size()) {
			return false;
		}
		for (int i = 0; i < asked.size(); i++) {
			Counter counter = asked.get(i).counter();
			if (!isOf(i, counter.name(), counter.key(), counter.limit(), asked.get(i).cost())) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether this is known of a request for one counter.
	 */
	boolean isOf(String name, String key, Limit limit, long cost) {
		return this.charges.size() == 1 && isOf(0, name, key, limit, cost);
	}

	private boolean isOf(int index, String name, String key, Limit limit, long cost) {
		Counter counter = this.charges.get(index).counter();
		return isDecidedAlike(index, cost) && counter.key().equals(key) && counter.name().equals(name)
				&& (counter.limit() == limit || counter.limit().equals(limit));
	}

	/**
	 * What a limit refused it refuses for a higher cost too. Where that may be more than
	 * it ever gives, which callers are told, the store has to say so: of a leased limit
	 * it alone knows how much that is. For no more than what is left a limit does not
	 * refuse.
	 */
	private boolean isDecidedAlike(int index, long cost) {
		long asked = this.charges.get(index).cost();
		if (cost == asked) {
			return true;
		}
		LimitStatus status = this.limits.get(index);
		if (!status.refused()) {
			return cost <= status.remaining();
		}
		return cost > asked && (status.retryAfter() == null
				|| (status.limit().mode() == LimitMode.STRICT && cost <= status.limit().burst()));
	}

	private boolean isForEver() {
		return this.limits.get(this.refusedBy).retryAfter() == null;
	}

	/**
	 * Return whether this is a refusal of the same kind of request by the same limit, so
	 * that only one of them need be kept.
	 */
	boolean isLike(Refusal other) {
		if (this.refusedBy != other.refusedBy || isForEver() != other.isForEver()
				|| this.charges.size() != other.charges.size()) {
			return false;
		}
		for (int i = 0; i < this.charges.size(); i++) {
			if (!this.charges.get(i).counter().equals(other.charges.get(i).counter())) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return the decision that follows: what was told, with waits that are shorter by the
	 * time since. Limits whose wait is over do not refuse any more.
	 */
	RateLimitDecision decision(long now) {
		long age = now - this.askedAt;
		if (this.limits.size() == 1) {
			return decision(this.limits.get(0), age / CLOCK_NANOS);
		}
		List<LimitStatus> aged = new ArrayList<>(this.limits.size());
		for (LimitStatus status : this.limits) {
			aged.add(aged(status, age));
		}
		return new RateLimitDecision(Outcome.REFUSED, aged, DecisionSource.REFUSAL_CACHE);
	}

	/**
	 * Return the decision by the one limit there is, made of numbers.
	 */
	private static RateLimitDecision decision(LimitStatus status, long ageMicros) {
		Duration retryAfter = status.retryAfter();
		long retryMicros = (retryAfter != null) ? less(retryAfter, ageMicros) : RateLimitDecision.NEVER;
		return RateLimitDecision.ofRefused(status.limit(), status.remaining(), retryMicros,
				less(status.resetAfter(), ageMicros), DecisionSource.REFUSAL_CACHE);
	}

	private static long less(Duration wait, long micros) {
		return Math.max(0, TimeUnit.MICROSECONDS.convert(wait) - micros);
	}

	private static LimitStatus aged(LimitStatus status, long age) {
		Duration retryAfter = status.retryAfter();
		Duration left = (retryAfter != null) ? lessNanos(retryAfter, age) : null;
		return new LimitStatus(status.limit(), left == null || !left.isZero(), status.remaining(), left,
				lessNanos(status.resetAfter(), age));
	}

	private static Duration lessNanos(Duration wait, long nanos) {
		if (wait.isZero()) {
			return wait;
		}
		Duration left = wait.minusNanos(nanos);
		return (left.isNegative()) ? Duration.ZERO : left;
	}

}

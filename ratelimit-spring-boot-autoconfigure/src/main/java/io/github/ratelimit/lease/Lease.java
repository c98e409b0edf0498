package io.github.ratelimit.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;

/**
 * Units that were drawn from the shared store at one time, and may be used for a while.
 * Safe for use by many threads.
 */
final class Lease {

	/**
	 * What {@link #take(long, long)} returns where nothing can be taken.
	 */
	static final long NONE = -1;

	private static final long ENDED = -1;

	private static final long MAX_SECONDS = TimeUnit.MICROSECONDS.toSeconds(Long.MAX_VALUE);

	private final RateLimitRequest drawn;

	private final RateLimitDecision decision;

	private final long units;

	private final long begunAt;

	private final long endsAt;

	private final AtomicLong left;

	private final long remaining;

	private final long resetMicros;

	private final long chargedAtMicros;

	/**
	 * Create a lease.
	 * @param drawn what the shared store was asked for
	 * @param decision what it answered, having charged it
	 * @param left units of it that were not used yet
	 * @param begunAt when it was asked, in nanoseconds
	 * @param endsAt when the units may be used no longer
	 */
	Lease(RateLimitRequest drawn, RateLimitDecision decision, long left, long begunAt, long endsAt) {
		this.drawn = drawn;
		this.decision = decision;
		this.units = drawn.charges().get(0).cost();
		this.begunAt = begunAt;
		this.endsAt = endsAt;
		this.left = new AtomicLong(left);
		this.remaining = decision.remaining();
		this.resetMicros = micros(decision.resetAfter());
		this.chargedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, chargedAt());
	}

	/**
	 * Limits of many years take longer than can be told in microseconds.
	 */
	private static long micros(Duration duration) {
		return TimeUnit.SECONDS.toMicros(duration.getSeconds())
				+ ((duration.getSeconds() < MAX_SECONDS) ? TimeUnit.NANOSECONDS.toMicros(duration.getNano()) : 0);
	}

	/**
	 * Take units, if there are as many and it is not over.
	 * @return the units that are left, or {@link #NONE} if none were taken
	 */
	long take(long cost, long now) {
		if (isOver(now)) {
			return NONE;
		}
		long there = this.left.get();
		while (there >= cost) {
			if (this.left.compareAndSet(there, there - cost)) {
				return there - cost;
			}
			there = this.left.get();
		}
		return NONE;
	}

	/**
	 * Put units back that were taken, unless it has ended. Those of another request that
	 * was charged at the same time may be put back too, as far as there is room.
	 * @return whether they are there again
	 */
	boolean putBack(long cost) {
		long there = this.left.get();
		while (there != ENDED && cost <= this.units - there) {
			if (this.left.compareAndSet(there, there + cost)) {
				return true;
			}
			there = this.left.get();
		}
		return false;
	}

	/**
	 * End it, so that nothing is taken or put back any more.
	 * @return the units that were left, 0 the second time
	 */
	long end() {
		return Math.max(this.left.getAndSet(ENDED), 0);
	}

	/**
	 * Return what callers are told who have taken units of a lease of one limit.
	 * @param limit the limit, as callers see it
	 * @param left units that are left
	 */
	RateLimitDecision told(Limit limit, long left) {
		return RateLimitDecision.ofAllowed(limit, Math.min(this.remaining + left, limit.burst()), this.resetMicros,
				DecisionSource.LEASE, this.chargedAtMicros);
	}

	/**
	 * Return the units that are left.
	 */
	long left(long now) {
		return (isOver(now)) ? 0 : Math.max(this.left.get(), 0);
	}

	boolean isOver(long now) {
		return now - this.endsAt >= 0;
	}

	RateLimitRequest drawn() {
		return this.drawn;
	}

	RateLimitDecision decision() {
		return this.decision;
	}

	Instant chargedAt() {
		return Objects.requireNonNull(this.decision.chargedAt());
	}

	long units() {
		return this.units;
	}

	long begunAt() {
		return this.begunAt;
	}

	long endsAt() {
		return this.endsAt;
	}

}

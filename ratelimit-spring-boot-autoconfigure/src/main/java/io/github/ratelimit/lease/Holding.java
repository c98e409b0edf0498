package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What one instance holds of counters that are asked for together: their lease, if there
 * is one now, and how much the next should be. Safe for use by many threads.
 */
final class Holding {

	/**
	 * How much more the next lease may be than what was used of the last.
	 */
	private static final int GROWTH = 8;

	private final Duration leaseTime;

	private final AtomicReference<@Nullable Lease> lease = new AtomicReference<>();

	private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> drawing = new AtomicReference<>();

	private volatile long wanted;

	private volatile long remaining;

	private volatile boolean dropped;

	private volatile boolean seenIdle;

	/**
	 * Create a holding without a lease.
	 * @param leaseTime how long leases last
	 * @param wanted units that were asked for lately in that time
	 */
	Holding(Duration leaseTime, long wanted) {
		this.leaseTime = leaseTime;
		this.wanted = wanted;
	}

	Duration leaseTime() {
		return this.leaseTime;
	}

	@Nullable Lease lease() {
		return this.lease.get();
	}

	/**
	 * Begin to draw, unless somebody is drawing already or the counters were reset.
	 * @return whether the caller may draw, and says when it has
	 */
	boolean beginDrawing() {
		if (this.dropped || !this.drawing.compareAndSet(null, new CompletableFuture<>())) {
			return false;
		}
		this.seenIdle = false;
		return true;
	}

	void endDrawing() {
		CompletableFuture<@Nullable Void> ended = this.drawing.getAndSet(null);
		if (ended != null) {
			ended.complete(null);
		}
	}

	/**
	 * Return when the draw that is under way, if there is one, is over.
	 */
	CompletableFuture<@Nullable Void> drawn() {
		CompletableFuture<@Nullable Void> underWay = this.drawing.get();
		return (underWay != null) ? underWay : CompletableFuture.completedFuture(null);
	}

	/**
	 * Return the units that the next lease should be: as many as are likely to be used in
	 * its time, of what remains no more than leaves others theirs.
	 * @param cost units that are asked for now
	 * @param instances how many may lease
	 */
	long size(long cost, int instances) {
		return Math.max(cost, Math.min(this.wanted, this.remaining / (2L * Math.max(1, instances))));
	}

	/**
	 * Want as many units as were asked for lately in the lease time, where hardly any of
	 * the last lease was used: callers who pause for so long and come back would be
	 * decided strictly ever after.
	 * @param asked the units
	 * @param cost units that are asked for now
	 */
	void want(long asked, long cost) {
		if (this.wanted <= cost) {
			this.wanted = asked;
		}
	}

	/**
	 * Note what remains by a decision of the shared store.
	 * @return the decision
	 */
	RateLimitDecision note(RateLimitDecision decision) {
		long least = (decision.limits().isEmpty()) ? 0 : Long.MAX_VALUE;
		for (LimitStatus status : decision.limits()) {
			least = Math.min(least, status.remaining());
		}
		this.remaining = least;
		return decision;
	}

	/**
	 * Hold a lease, unless the counters were reset since it was asked for.
	 * @return whether it is held
	 */
	boolean hold(Lease drawn) {
		this.lease.set(drawn);
		return !this.dropped;
	}

	/**
	 * Hold a lease no longer.
	 * @param ended the lease
	 * @param used units of it that were used
	 * @param now the time, in nanoseconds
	 */
	void release(Lease ended, long used, long now) {
		if (this.lease.compareAndSet(ended, null)) {
			long elapsed = Math.max(1, now - ended.begunAt());
			double inLeaseTime = (double) used * this.leaseTime.toNanos() / elapsed;
			this.wanted = (long) Math.min(inLeaseTime, (double) used * GROWTH);
		}
	}

	/**
	 * Hold nothing any more, now or later.
	 * @return what was held
	 */
	@Nullable Lease drop() {
		this.dropped = true;
		return this.lease.getAndSet(null);
	}

	/**
	 * Let nobody draw any more, if nothing was held and nobody drew, now and when this
	 * was asked last.
	 * @return whether it may be forgotten
	 */
	boolean retire() {
		boolean seenBefore = this.seenIdle;
		this.seenIdle = this.lease.get() == null && this.drawing.get() == null;
		if (!this.seenIdle || !seenBefore || !beginDrawing()) {
			return false;
		}
		this.dropped = this.lease.get() == null;
		endDrawing();
		return this.dropped;
	}

}

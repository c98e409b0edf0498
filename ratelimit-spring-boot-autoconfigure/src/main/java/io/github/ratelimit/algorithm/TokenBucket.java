package io.github.ratelimit.algorithm;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket with continuous refill, on whole numbers: it counts parts of units, so
 * that nothing is ever rounded ({@link BucketScale}). Immutable.
 * <p>
 * What is kept is what is missing from a full bucket rather than what is in it: a key
 * that nobody knows has nothing missing, what is missing returns to zero by itself, and a
 * change of the burst neither fills nor empties the bucket. The same arithmetic stands in
 * {@code token-bucket.lua}.
 */
public final class TokenBucket implements LimitAlgorithm {

	private static final long MAX_SPENT = MAX_UNITS;

	private final Limit limit;

	private final BucketScale scale;

	private final long capacity;

	private TokenBucket(Limit limit, BucketScale scale) {
		this.limit = limit;
		this.scale = scale;
		this.capacity = limit.burst() * scale.partsPerUnit();
	}

	/**
	 * Return the bucket of a limit.
	 * @param limit the limit
	 * @return the bucket
	 * @throws IllegalArgumentException if the limit cannot be held exactly in whole
	 * numbers
	 */
	public static TokenBucket of(Limit limit) {
		return new TokenBucket(limit, BucketScale.of(limit));
	}

	@Override
	public Limit limit() {
		return this.limit;
	}

	/**
	 * Return in what it counts.
	 * @return the scale
	 */
	public BucketScale scale() {
		return this.scale;
	}

	/**
	 * Return how many parts a full bucket has.
	 * @return the parts, below 2<sup>53</sup>
	 */
	public long capacity() {
		return this.capacity;
	}

	/**
	 * Return the parts that a cost takes.
	 * @param cost units, not negative
	 * @return the parts; one more than a full bucket has if the cost is above the burst
	 */
	public long parts(long cost) {
		return (cost > this.limit.burst()) ? this.capacity + 1 : cost * this.scale.partsPerUnit();
	}

	@Override
	public Reading read(@Nullable LimitState state, long nowMicros, long cost) {
		return reading(spentAt((TokenBucketState) state, nowMicros), cost);
	}

	/**
	 * Return what the limit says to a cost.
	 * @param spent the parts missing
	 * @param cost units asked, not negative
	 * @return the reading
	 */
	public Reading reading(long spent, long cost) {
		return new BucketReading(this, spent, cost);
	}

	/**
	 * Return the decision on a cost, as its {@linkplain #reading(long, long) reading}
	 * makes it, without that.
	 * @param spent the parts missing
	 * @param cost units asked, at least 1
	 * @param source who decides
	 * @param atMicros when it is charged if it fits
	 * @return the decision
	 */
	public RateLimitDecision decision(long spent, long cost, DecisionSource source, long atMicros) {
		long asked = spent + parts(cost);
		boolean fits = asked <= this.capacity;
		long resetMicros = this.scale.refillMicros((fits) ? asked : spent);
		if (resetMicros == Long.MAX_VALUE) {
			return reading(spent, cost).decision(source, atMicros);
		}
		return (fits) ? RateLimitDecision.ofAllowed(this.limit, remaining(asked), resetMicros, source, atMicros)
				: RateLimitDecision.ofRefused(this.limit, remaining(spent), retryMicros(spent, cost), resetMicros,
						source);
	}

	/**
	 * Return what is missing from the bucket at a time.
	 */
	long spentAt(@Nullable TokenBucketState state, long nowMicros) {
		if (state == null) {
			return 0;
		}
		long spent = rescale(state.spent(), state);
		long writtenCapacity = rescale(state.capacity(), state);
		long debt = Math.max(spent - writtenCapacity, 0);
		long own = (this.capacity > writtenCapacity) ? spent - debt + rescale(state.surplus(), state) : spent - debt;
		return refilled(Math.min(Math.min(own, this.capacity) + debt, MAX_SPENT), state, nowMicros);
	}

	/**
	 * Return what is missing at a time from the largest bucket under the same key, that
	 * of another plan or before a change: it may lack more than this one can.
	 */
	private long keptAt(TokenBucketState state, long nowMicros) {
		return refilled(Math.min(rescale(state.spent(), state) + rescale(state.surplus(), state), MAX_SPENT), state,
				nowMicros);
	}

	private long refilled(long spent, TokenBucketState state, long nowMicros) {
		return refilled(spent, state.atMicros(), nowMicros);
	}

	/**
	 * Return what is still missing of what a bucket like this had missing at a time.
	 * @param spent the parts missing then
	 * @param atMicros then
	 * @param nowMicros the time
	 * @return the parts missing
	 */
	public long refilled(long spent, long atMicros, long nowMicros) {
		return this.scale.refilled(spent, this.scale.ticksBetween(atMicros, Math.max(nowMicros, atMicros)));
	}

	private long rescale(long parts, TokenBucketState state) {
		return this.scale.rescaled(parts, state.partsPerUnit());
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * What a larger bucket under the same key lacks stays lacking there, though this one
	 * cannot lack as much: else who may come on two plans could have the larger filled
	 * through the smaller.
	 */
	@Override
	public TokenBucketState charge(@Nullable LimitState state, long nowMicros, long cost) {
		if (state == null) {
			return new TokenBucketState(nowMicros, parts(cost), this.scale.partsPerUnit(), nowMicros, 0, this.capacity);
		}
		TokenBucketState bucket = (TokenBucketState) state;
		return written(bucket, nowMicros, spentAt(bucket, nowMicros) + parts(cost),
				keptAt(bucket, nowMicros) + parts(cost), bucket.sinceMicros());
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * What is given back is at most what is missing because of the charge. Had it not
	 * been made, the bucket would have been fuller since then by the least that was ever
	 * missing from it meanwhile. That is no less than what was missing right after the
	 * charge without what has come back since, unless another settlement gave something
	 * back; then it is no less than the charge itself without that.
	 */
	@Override
	public @Nullable TokenBucketState settle(@Nullable LimitState state, long nowMicros, Charged charged, long cost) {
		TokenBucketState bucket = (TokenBucketState) state;
		return (cost > charged.cost()) ? chargeMore(bucket, nowMicros, cost - charged.cost())
				: giveBack(bucket, nowMicros, charged, cost);
	}

	private TokenBucketState chargeMore(@Nullable TokenBucketState state, long nowMicros, long units) {
		long parts = (units > MAX_SPENT / this.scale.partsPerUnit()) ? MAX_SPENT : units * this.scale.partsPerUnit();
		TokenBucketState from = (state != null) ? state
				: new TokenBucketState(nowMicros, 0, this.scale.partsPerUnit(), nowMicros, 0, this.capacity);
		return written(from, nowMicros, Math.min(spentAt(from, nowMicros) + parts, MAX_SPENT),
				Math.min(keptAt(from, nowMicros) + parts, MAX_SPENT), from.sinceMicros());
	}

	private @Nullable TokenBucketState giveBack(@Nullable TokenBucketState state, long nowMicros, Charged charged,
			long cost) {
		if (state == null) {
			return null;
		}
		long now = Math.max(nowMicros, state.atMicros());
		long missing = (state.sinceMicros() <= charged.atMicros()) ? missingAfter(charged) : parts(charged.cost());
		long left = this.scale.refilled(missing, this.scale.ticksBetween(charged.atMicros(), now));
		long spent = spentAt(state, now);
		long back = Math.min(parts(charged.cost()) - parts(cost), Math.min(left, spent));
		return (back <= 0) ? state : written(state, now, spent - back, keptAt(state, now) - back, now + 1);
	}

	/**
	 * Return the least that may have been missing right after a charge.
	 * @param charged the charge
	 * @return the parts
	 */
	public long missingAfter(Charged charged) {
		long ticksToFull = this.scale.ticksBetween(charged.atMicros(), charged.fullAtMicros());
		return Math.max(parts(charged.cost()), (ticksToFull - 1) * this.scale.partsPerTick() + 1);
	}

	private TokenBucketState written(TokenBucketState from, long nowMicros, long spent, long kept, long since) {
		return new TokenBucketState(Math.max(nowMicros, from.atMicros()), spent, this.scale.partsPerUnit(), since,
				kept - spent, this.capacity);
	}

	/**
	 * Return how many whole units are left where the given parts are missing.
	 */
	long remaining(long spent) {
		return Math.max(this.capacity - spent, 0) / this.scale.partsPerUnit();
	}

	/**
	 * Return how long it takes until a cost fits that does not.
	 */
	long retryMicros(long spent, long cost) {
		return (cost > this.limit.burst()) ? RateLimitDecision.NEVER : this.scale.refillMicros(overdraft(spent, cost));
	}

	/**
	 * Return how many parts more than there are a cost would take.
	 */
	long overdraft(long spent, long cost) {
		return spent + parts(cost) - this.capacity;
	}

	@Override
	public long forgottenAtMicros(LimitState state) {
		TokenBucketState bucket = (TokenBucketState) state;
		return this.scale.refilledAtMicros(rescale(bucket.spent(), bucket) + rescale(bucket.surplus(), bucket),
				bucket.atMicros());
	}

}

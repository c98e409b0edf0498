package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket with continuous refill, on whole numbers. Immutable.
 * <p>
 * A rate of q units in w microseconds refills a bucket by q/w units a microsecond, which
 * is no whole number. So each unit is made of parts: with q/w in lowest terms, w parts
 * are one unit and q parts come back each microsecond; both refill and charge are then
 * whole, and nothing is ever rounded. Where a full bucket would have more parts than a
 * double holds exactly (2<sup>53</sup>, the numbers of Lua), time is counted in coarser
 * ticks of ten, a hundred, ... microseconds instead, up to a second.
 * <p>
 * What is kept is what is missing from a full bucket rather than what is in it: a key
 * that nobody knows has nothing missing, what is missing returns to zero by itself, and a
 * change of the burst neither fills nor empties the bucket. The same arithmetic stands in
 * {@code token-bucket.lua}.
 */
public final class TokenBucket implements LimitAlgorithm {

	private static final long MAX_PARTS = 1L << 53;

	private static final long MAX_SPENT = MAX_UNITS;

	private static final long MICROS_PER_SECOND = 1_000_000;

	private final Limit limit;

	private final long tickMicros;

	private final long partsPerUnit;

	private final long partsPerTick;

	private final long capacity;

	private TokenBucket(Limit limit, long tickMicros, long partsPerUnit, long partsPerTick) {
		this.limit = limit;
		this.tickMicros = tickMicros;
		this.partsPerUnit = partsPerUnit;
		this.partsPerTick = partsPerTick;
		this.capacity = limit.burst() * partsPerUnit;
	}

	/**
	 * Return the bucket of a limit.
	 * @param limit the limit
	 * @return the bucket
	 * @throws IllegalArgumentException if the limit cannot be held exactly in whole
	 * numbers
	 */
	public static TokenBucket of(Limit limit) {
		long window = limit.rate().windowMicros();
		for (long tick = 1; tick <= MICROS_PER_SECOND; tick *= 10) {
			if (limit.rate().quota() > MAX_PARTS / tick) {
				break;
			}
			long perTick = limit.rate().quota() * tick;
			long divisor = gcd(perTick, window);
			long partsPerUnit = window / divisor;
			long partsPerTick = perTick / divisor;
			if (partsPerTick < MAX_PARTS / 2 && limit.burst() <= (MAX_PARTS / 2) / partsPerUnit) {
				return new TokenBucket(limit, tick, partsPerUnit, partsPerTick);
			}
		}
		throw new IllegalArgumentException("A rate of " + limit.rate() + " with a burst of " + limit.burst()
				+ " cannot be counted exactly: choose a smaller burst, or a window that the quota divides better");
	}

	private static long gcd(long a, long b) {
		return (b == 0) ? a : gcd(b, a % b);
	}

	@Override
	public Limit limit() {
		return this.limit;
	}

	/**
	 * Return how many microseconds are one tick of the clock.
	 * @return a power of ten, up to a million
	 */
	public long tickMicros() {
		return this.tickMicros;
	}

	/**
	 * Return how many parts make one unit.
	 * @return the parts, at least 1
	 */
	public long partsPerUnit() {
		return this.partsPerUnit;
	}

	/**
	 * Return how many parts come back each tick.
	 * @return the parts, at least 1
	 */
	public long partsPerTick() {
		return this.partsPerTick;
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
		return (cost > this.limit.burst()) ? this.capacity + 1 : cost * this.partsPerUnit;
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
		long resetMicros = refillMicros((fits) ? asked : spent);
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
		long ticks = ticksBetween(atMicros, Math.max(nowMicros, atMicros));
		return (ticks > spent / this.partsPerTick) ? 0 : spent - ticks * this.partsPerTick;
	}

	private long ticksBetween(long fromMicros, long toMicros) {
		return (this.tickMicros == 1) ? toMicros - fromMicros
				: Math.floorDiv(toMicros, this.tickMicros) - Math.floorDiv(fromMicros, this.tickMicros);
	}

	/**
	 * Read what was missing in this bucket's parts where it was written in others',
	 * rounded up so that a change never gives anything away. It may be more than this
	 * bucket holds. In doubles, as Lua does it, so that both agree to the last part.
	 */
	private long rescale(long parts, TokenBucketState state) {
		double spent = parts;
		if (state.partsPerUnit() != this.partsPerUnit) {
			double units = Math.floor(spent / state.partsPerUnit());
			spent = units * this.partsPerUnit
					+ Math.ceil((spent - units * state.partsPerUnit()) / state.partsPerUnit() * this.partsPerUnit);
		}
		return (long) Math.min(spent, MAX_SPENT);
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
			return new TokenBucketState(nowMicros, parts(cost), this.partsPerUnit, nowMicros, 0, this.capacity);
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
		long parts = (units > MAX_SPENT / this.partsPerUnit) ? MAX_SPENT : units * this.partsPerUnit;
		TokenBucketState from = (state != null) ? state
				: new TokenBucketState(nowMicros, 0, this.partsPerUnit, nowMicros, 0, this.capacity);
		return written(from, nowMicros, Math.min(spentAt(from, nowMicros) + parts, MAX_SPENT),
				Math.min(keptAt(from, nowMicros) + parts, MAX_SPENT), from.sinceMicros());
	}

	private @Nullable TokenBucketState giveBack(@Nullable TokenBucketState state, long nowMicros, Charged charged,
			long cost) {
		if (state == null) {
			return null;
		}
		long now = Math.max(nowMicros, state.atMicros());
		long ticks = ticksBetween(charged.atMicros(), now);
		long missing = (state.sinceMicros() <= charged.atMicros()) ? missingAfter(charged) : parts(charged.cost());
		long left = (ticks > missing / this.partsPerTick) ? 0 : missing - ticks * this.partsPerTick;
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
		long ticksToFull = ticksBetween(charged.atMicros(), charged.fullAtMicros());
		return Math.max(parts(charged.cost()), (ticksToFull - 1) * this.partsPerTick + 1);
	}

	private TokenBucketState written(TokenBucketState from, long nowMicros, long spent, long kept, long since) {
		return new TokenBucketState(Math.max(nowMicros, from.atMicros()), spent, this.partsPerUnit, since, kept - spent,
				this.capacity);
	}

	/**
	 * Return how many whole units are left where the given parts are missing.
	 */
	long remaining(long spent) {
		return Math.max(this.capacity - spent, 0) / this.partsPerUnit;
	}

	/**
	 * Return how long it takes until a cost fits that does not.
	 */
	long retryMicros(long spent, long cost) {
		return (cost > this.limit.burst()) ? RateLimitDecision.NEVER : refillMicros(overdraft(spent, cost));
	}

	/**
	 * Return how many parts more than there are a cost would take.
	 */
	long overdraft(long spent, long cost) {
		return spent + parts(cost) - this.capacity;
	}

	/**
	 * Return how long it takes until the given parts are back, counted from the tick's
	 * beginning and so never too short.
	 */
	Duration refill(long parts) {
		long ticks = ticks(parts);
		long ticksPerSecond = MICROS_PER_SECOND / this.tickMicros;
		return Duration.ofSeconds(ticks / ticksPerSecond, ticks % ticksPerSecond * this.tickMicros * 1000);
	}

	/**
	 * Return how long it takes until the given parts are back in microseconds, or the
	 * longest time that there is.
	 */
	long refillMicros(long parts) {
		long ticks = ticks(parts);
		return (ticks > Long.MAX_VALUE / this.tickMicros) ? Long.MAX_VALUE : ticks * this.tickMicros;
	}

	private long ticks(long parts) {
		return (parts + this.partsPerTick - 1) / this.partsPerTick;
	}

	@Override
	public long forgottenAtMicros(LimitState state) {
		TokenBucketState bucket = (TokenBucketState) state;
		long from = Math.floorDiv(bucket.atMicros(), this.tickMicros);
		long ticks = ticks(rescale(bucket.spent(), bucket) + rescale(bucket.surplus(), bucket));
		return (ticks > Long.MAX_VALUE / this.tickMicros - from) ? Long.MAX_VALUE : (from + ticks) * this.tickMicros;
	}

}

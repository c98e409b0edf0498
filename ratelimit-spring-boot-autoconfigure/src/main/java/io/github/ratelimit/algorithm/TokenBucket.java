package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
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
public final class TokenBucket {

	private static final long MAX_PARTS = 1L << 53;

	private static final long MAX_SPENT = MAX_PARTS / 2;

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

	/**
	 * Return the limit that this is the bucket of.
	 * @return the limit
	 */
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

	/**
	 * Return what is missing from the bucket at a time.
	 * @param state what was kept, {@code null} if nothing was
	 * @param nowMicros the time, microseconds since the epoch; a time before the state's
	 * counts as the state's
	 * @return the parts missing, from 0 to the capacity
	 */
	public long spentAt(@Nullable TokenBucketState state, long nowMicros) {
		if (state == null) {
			return 0;
		}
		return refilled(Math.min(rescale(state), this.capacity), state, nowMicros);
	}

	private long refilled(long spent, TokenBucketState state, long nowMicros) {
		long ticks = Math.floorDiv(Math.max(nowMicros, state.atMicros()), this.tickMicros)
				- Math.floorDiv(state.atMicros(), this.tickMicros);
		return (ticks > spent / this.partsPerTick) ? 0 : spent - ticks * this.partsPerTick;
	}

	/**
	 * Read what was missing in this bucket's parts where it was written in others',
	 * rounded up so that a change never gives anything away. It may be more than this
	 * bucket holds. In doubles, as Lua does it, so that both agree to the last part.
	 */
	private long rescale(TokenBucketState state) {
		double spent = state.spent();
		if (state.partsPerUnit() != this.partsPerUnit) {
			double units = Math.floor(spent / state.partsPerUnit());
			spent = units * this.partsPerUnit
					+ Math.ceil((spent - units * state.partsPerUnit()) / state.partsPerUnit() * this.partsPerUnit);
		}
		return (long) Math.min(spent, MAX_SPENT);
	}

	/**
	 * Return the state after a charge that the bucket allows.
	 * <p>
	 * What a larger bucket under the same key lacks stays lacking there, though this one
	 * cannot lack as much: else who may come on two plans could have the larger filled
	 * through the smaller.
	 * @param state what was kept, {@code null} if nothing was
	 * @param nowMicros the time, microseconds since the epoch
	 * @param cost units to charge
	 * @return the state to keep, or {@code null} if nothing changes because the charge is
	 * not allowed or the cost is 0
	 */
	public @Nullable TokenBucketState charge(@Nullable TokenBucketState state, long nowMicros, long cost) {
		if (cost == 0 || spentAt(state, nowMicros) + parts(cost) > this.capacity) {
			return null;
		}
		if (state == null) {
			return new TokenBucketState(nowMicros, parts(cost), this.partsPerUnit);
		}
		return new TokenBucketState(Math.max(nowMicros, state.atMicros()),
				refilled(rescale(state), state, nowMicros) + parts(cost), this.partsPerUnit);
	}

	/**
	 * Return the answer to a request.
	 * @param spent the parts missing before the request
	 * @param cost units asked, not negative
	 * @return where the bucket stands after it
	 */
	public LimitStatus status(long spent, long cost) {
		long after = spent + parts(cost);
		boolean refused = after > this.capacity;
		long left = (refused) ? spent : after;
		return new LimitStatus(this.limit, refused, (this.capacity - left) / this.partsPerUnit,
				retryAfter(refused, after, cost), refill(left));
	}

	private @Nullable Duration retryAfter(boolean refused, long after, long cost) {
		if (!refused) {
			return Duration.ZERO;
		}
		return (cost > this.limit.burst()) ? null : refill(after - this.capacity);
	}

	/**
	 * Return how long it takes until the given parts are back, counted from the tick's
	 * beginning and so never too short.
	 */
	private Duration refill(long parts) {
		long ticks = ticks(parts);
		long ticksPerSecond = MICROS_PER_SECOND / this.tickMicros;
		return Duration.ofSeconds(ticks / ticksPerSecond, ticks % ticksPerSecond * this.tickMicros * 1000);
	}

	private long ticks(long parts) {
		return (parts + this.partsPerTick - 1) / this.partsPerTick;
	}

	/**
	 * Return when a state will have nothing left to tell, because all is back.
	 * @param state the state
	 * @return the time, microseconds since the epoch: the first at which nothing is
	 * missing, or the last there is if that is later still
	 */
	public long forgottenAtMicros(TokenBucketState state) {
		long from = Math.floorDiv(state.atMicros(), this.tickMicros);
		long ticks = ticks(rescale(state));
		return (ticks > Long.MAX_VALUE / this.tickMicros - from) ? Long.MAX_VALUE : (from + ticks) * this.tickMicros;
	}

}

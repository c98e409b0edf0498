package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;

/**
 * In what a bucket counts, so that nothing is ever rounded: units in parts, and time in
 * ticks.
 * <p>
 * A rate of q units in w microseconds refills a bucket by q/w units a microsecond, which
 * is no whole number. With q/w in lowest terms, w parts are one unit and q parts come
 * back each microsecond; both refill and charge are then whole. Where a full bucket would
 * have more parts than a double holds exactly (2<sup>53</sup>, the numbers of Lua), time
 * is counted in coarser ticks of ten, a hundred, ... microseconds instead, up to a
 * second.
 *
 * @param tickMicros microseconds of one tick, a power of ten, up to a million
 * @param partsPerUnit parts that make one unit, at least 1
 * @param partsPerTick parts that come back each tick, at least 1
 */
public record BucketScale(long tickMicros, long partsPerUnit, long partsPerTick) {

	private static final long MAX_PARTS = 1L << 53;

	private static final long MICROS_PER_SECOND = 1_000_000;

	/**
	 * Return in what the bucket of a limit counts.
	 * @param limit the limit
	 * @return the finest scale that counts it exactly
	 * @throws IllegalArgumentException if none does
	 */
	static BucketScale of(Limit limit) {
		Rate rate = limit.rate();
		for (long tick = 1; tick <= MICROS_PER_SECOND && rate.quota() <= MAX_PARTS / tick; tick *= 10) {
			long perTick = rate.quota() * tick;
			long divisor = gcd(perTick, rate.windowMicros());
			BucketScale scale = new BucketScale(tick, rate.windowMicros() / divisor, perTick / divisor);
			if (scale.partsPerTick < MAX_PARTS / 2 && limit.burst() <= (MAX_PARTS / 2) / scale.partsPerUnit) {
				return scale;
			}
		}
		throw new IllegalArgumentException("A rate of " + rate + " with a burst of " + limit.burst()
				+ " cannot be counted exactly: choose a smaller burst, or a window that the quota divides better");
	}

	private static long gcd(long a, long b) {
		return (b == 0) ? a : gcd(b, a % b);
	}

	/**
	 * Return how many ticks begin between two times.
	 */
	long ticksBetween(long fromMicros, long toMicros) {
		return (this.tickMicros == 1) ? toMicros - fromMicros
				: Math.floorDiv(toMicros, this.tickMicros) - Math.floorDiv(fromMicros, this.tickMicros);
	}

	/**
	 * Return what is still missing of what was missing some ticks ago.
	 */
	long refilled(long parts, long ticks) {
		return (ticks > parts / this.partsPerTick) ? 0 : parts - ticks * this.partsPerTick;
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
		return atMicros(0, ticks(parts));
	}

	/**
	 * Return when parts that are missing at a time are back, or the longest time that
	 * there is.
	 */
	long refilledAtMicros(long parts, long nowMicros) {
		return atMicros(Math.floorDiv(nowMicros, this.tickMicros), ticks(parts));
	}

	private long atMicros(long fromTick, long ticks) {
		return (ticks > Long.MAX_VALUE / this.tickMicros - fromTick) ? Long.MAX_VALUE
				: (fromTick + ticks) * this.tickMicros;
	}

	private long ticks(long parts) {
		return (parts + this.partsPerTick - 1) / this.partsPerTick;
	}

	/**
	 * Read parts of another bucket in these, rounded up so that a change never gives
	 * anything away. In doubles, as Lua does it, so that both agree to the last part.
	 * @param parts the parts
	 * @param otherPerUnit how many of them made one unit
	 * @return the parts, at most {@link LimitAlgorithm#MAX_UNITS}
	 */
	long rescaled(long parts, long otherPerUnit) {
		double spent = parts;
		if (otherPerUnit != this.partsPerUnit) {
			double units = Math.floor(spent / otherPerUnit);
			spent = units * this.partsPerUnit
					+ Math.ceil((spent - units * otherPerUnit) / otherPerUnit * this.partsPerUnit);
		}
		return (long) Math.min(spent, LimitAlgorithm.MAX_UNITS);
	}

}

package io.github.ratelimit.conformance;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A limit, and random calls for one key under it: at its edges, at the same moment, after
 * long gaps, and now and then back in time.
 *
 * @param limit the limit
 * @param steps from call to call
 */
public record RandomCalls(Limit limit, List<Step> steps) {

	/**
	 * When the first call comes at the earliest.
	 */
	public static final long START = 1_700_000_000_123_457L;

	// So that all is exact to the microsecond
	private static final long MAX_PARTS = 1L << 52;

	/**
	 * Return calls to be generated.
	 * @param calls how many there are for one limit
	 * @return the calls
	 */
	public static Arbitrary<RandomCalls> ofSize(int calls) {
		return Combinators.combine(anyLimit(), anyStep().list().ofSize(calls)).as(RandomCalls::new);
	}

	private static Arbitrary<Limit> anyLimit() {
		Arbitrary<Long> quotas = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.longs().between(1, 12)),
				Tuple.of(2, Arbitraries.longs().between(1, 1_000)),
				Tuple.of(1, Arbitraries.longs().between(1, 400_000)));
		Arbitrary<Long> windows = Arbitraries.frequencyOf(
				Tuple.of(3,
						Arbitraries.of(1L, 2L, 7L, 1_000L, 1_000_000L, 13_000_000L, 60_000_000L, 3_600_000_000L,
								86_400_000_000L)),
				Tuple.of(2, Arbitraries.longs().between(1, 100_000)),
				Tuple.of(2, Arbitraries.longs().between(1, 90_000_000_000L)));
		Arbitrary<Long> bursts = Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.longs().between(1, 5)),
				Tuple.of(2, Arbitraries.longs().between(1, 2_000)),
				Tuple.of(1, Arbitraries.longs().between(1, 1_000_000_000)));
		return Combinators.combine(Arbitraries.of(Algorithm.class), quotas, windows, bursts).as(RandomCalls::limit);
	}

	private static Limit limit(Algorithm algorithm, long quota, long window, long burst) {
		long most = MAX_PARTS / window;
		Rate rate = new Rate(Math.min(quota, most), Duration.of(window, ChronoUnit.MICROS));
		return new Limit(Limit.DEFAULT_NAME, rate,
				(algorithm == Algorithm.TOKEN_BUCKET) ? Math.min(burst, most) : rate.quota(), algorithm, null);
	}

	private static Arbitrary<Step> anyStep() {
		return Combinators
			.combine(Arbitraries.of(Gap.class), Arbitraries.of(Cost.class), Arbitraries.doubles().between(0, 1),
					Arbitraries.doubles().between(0, 1))
			.as(Step::new);
	}

	/**
	 * How long it is from one call to the next.
	 */
	enum Gap {

		NONE, AGAIN_NONE, ONE, UNIT, ALMOST_UNIT, PART_OF_UNITS, PART_OF_WINDOW, WINDOW, ALMOST_WINDOW, TO_EDGE, BACK,
		LONG

	}

	/**
	 * How much is asked for.
	 */
	enum Cost {

		NOTHING, ONE, AGAIN_ONE, FEW, PART, MOST, ALL, MORE_THAN_ALL, LARGEST

	}

	/**
	 * A call, told from the one before.
	 *
	 * @param gap how long after it
	 * @param cost how much it asks for
	 * @param gapPart which part, where there is a choice
	 * @param costPart which part, where there is a choice
	 */
	public record Step(Gap gap, Cost cost, double gapPart, double costPart) {

		/**
		 * Return whether all that is left is to be taken after this.
		 * @return {@code true} if it is, every other time
		 */
		public boolean takesRest() {
			return this.costPart < 0.5;
		}

		/**
		 * Return when the call comes.
		 * @param last when the one before came
		 * @param limit the limit
		 * @return the time
		 */
		public long at(long last, Limit limit) {
			long window = limit.rate().windowMicros();
			long unit = (window + limit.rate().quota() - 1) / limit.rate().quota();
			return last + switch (this.gap) {
				case NONE, AGAIN_NONE -> 0;
				case ONE -> 1;
				case UNIT -> unit;
				case ALMOST_UNIT -> unit - 1;
				case PART_OF_UNITS -> (long) (this.gapPart * 4 * unit);
				case PART_OF_WINDOW -> (long) (this.gapPart * window);
				case WINDOW -> window;
				case ALMOST_WINDOW -> window - 1;
				case TO_EDGE -> window - Math.floorMod(last, window) - ((this.gapPart < 0.5) ? 1 : 0);
				case BACK -> -(long) (this.gapPart * window);
				case LONG -> 2 * window + (long) (this.gapPart * 50 * window);
			};
		}

		/**
		 * Return what the call asks for.
		 * @param limit the limit
		 * @return the units
		 */
		public long units(Limit limit) {
			long burst = limit.burst();
			return switch (this.cost) {
				case NOTHING -> 0;
				case ONE, AGAIN_ONE -> 1;
				case FEW -> 1 + (long) (this.costPart * 3);
				case PART -> 1 + (long) (this.costPart * (burst - 1));
				case MOST -> Math.max(burst - (long) (this.costPart * 3), 1);
				case ALL -> burst;
				case MORE_THAN_ALL -> burst + 1;
				case LARGEST -> Long.MAX_VALUE;
			};
		}

	}

}

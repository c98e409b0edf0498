package io.github.ratelimit.algorithm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.conformance.RandomCalls;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for the window of time in which most is admitted: no caller gets more than what
 * the algorithm promises, and the worst one gets that.
 */
class WorstWindowTests {

	private static final long START = RandomCalls.START;

	@Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
	void noCallerGetsMoreThanIsPromised(@ForAll("calls") RandomCalls calls) {
		Limit limit = calls.limit();
		Caller caller = new Caller(limit);
		long now = START;
		for (RandomCalls.Step step : calls.steps()) {
			now = Math.max(now, step.at(now, limit));
			caller.take(now, step.units(limit));
			if (step.takesRest()) {
				caller.takeAll(now);
			}
		}
		caller.checkPromise();
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(60);
	}

	@ParameterizedTest
	@CsvSource({ "1/s", "2/s", "7/s", "11/13s", "100/m", "1000/h", "10000/s", "3/7ms" })
	void greedyCallerGetsFromATokenBucketAllThatIsPromised(String rate) {
		// A bucket of one unit has no room for the part of the next that came meanwhile
		for (long burst : new long[] { 2, 3, 20, 5_000 }) {
			Caller caller = greedy(Limit.of(rate).withBurst(burst));
			caller.checkPromise();
			assertThat(caller.most(caller.window() + 1)).isEqualTo(burst + caller.limit().rate().quota());
		}
	}

	@ParameterizedTest
	@CsvSource({ "1/s", "2/s", "7/s", "11/13s", "100/m", "1000/h", "10000/s", "3/7ms" })
	void callerAtTheEdgeGetsFromAFixedWindowTwiceTheQuota(String rate) {
		Caller caller = greedy(Limit.of(rate).withAlgorithm(Algorithm.FIXED_WINDOW));
		caller.checkPromise();
		assertThat(caller.most(caller.window())).isEqualTo(2 * caller.limit().rate().quota());
	}

	@ParameterizedTest
	@CsvSource({ "1/s", "2/s", "7/s", "11/13s", "100/m", "1000/h", "10000/s", "3/7ms" })
	void greedyCallerGetsFromASlidingWindowTheQuota(String rate) {
		Caller caller = greedy(Limit.of(rate).withAlgorithm(Algorithm.SLIDING_WINDOW));
		caller.checkPromise();
		assertThat(caller.most(caller.window())).isEqualTo(caller.limit().rate().quota());
	}

	@ParameterizedTest
	@CsvSource({ "1/s", "2/s", "7/s", "11/13s", "100/m", "1000/h", "10000/s", "3/7ms" })
	void callerAtTheEdgeGetsFromACounterAlmostTwiceTheQuota(String rate) {
		Caller caller = greedy(Limit.of(rate).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER));
		caller.checkPromise();
		long quota = caller.limit().rate().quota();
		assertThat(caller.most(caller.window())).isBetween(2 * quota - 1, 2 * quota);
	}

	/**
	 * Takes all there is at the end of a window, and from then on each unit as it comes,
	 * up to the last moment.
	 */
	private static Caller greedy(Limit limit) {
		Caller caller = new Caller(limit);
		long window = caller.window();
		long edge = START - Math.floorMod(START, window) + 3 * window;
		long quota = limit.rate().quota();
		for (int round = 0; round < 3; round++) {
			caller.takeAll(edge - 1);
			for (long unit = 0; unit <= quota; unit++) {
				long comes = (unit * window + quota - 1) / quota;
				caller.takeAll(edge - 1 + Math.min(comes, window - 1));
				caller.takeAll(edge + Math.min(comes, window - 2));
			}
			caller.takeAll(edge - 1 + window);
			edge += 4 * window;
		}
		return caller;
	}

	/**
	 * Someone who takes units, and remembers when.
	 */
	private static final class Caller {

		private final CountedKey key;

		private final Limit limit;

		private final List<long[]> taken = new ArrayList<>();

		Caller(Limit limit) {
			this.limit = limit;
			this.key = new CountedKey(limit);
		}

		Limit limit() {
			return this.limit;
		}

		long window() {
			return this.limit.rate().windowMicros();
		}

		void takeAll(long now) {
			take(now, this.key.remaining(now));
		}

		void take(long now, long units) {
			if (units > 0 && this.key.admits(now, units)) {
				this.taken.add(new long[] { now, units });
			}
		}

		void checkPromise() {
			switch (this.limit.algorithm()) {
				case TOKEN_BUCKET -> checkBucket();
				case FIXED_WINDOW -> {
					assertThat(most(window())).isLessThanOrEqualTo(2 * this.limit.burst());
					checkAlignedWindows();
				}
				case SLIDING_WINDOW -> assertThat(most(window())).isLessThanOrEqualTo(this.limit.burst());
				case SLIDING_WINDOW_COUNTER -> {
					assertThat(most(window())).isLessThanOrEqualTo(2 * this.limit.burst());
					checkAlignedWindows();
				}
			}
		}

		/**
		 * Any span of time, not only that of a window.
		 */
		private void checkBucket() {
			for (long span : new long[] { 0, 1, window() / 7, window() / 2, window(), 3 * window(), 10 * window() }) {
				BigInteger refill = BigInteger.valueOf(span)
					.multiply(BigInteger.valueOf(this.limit.rate().quota()))
					.divide(BigInteger.valueOf(window()));
				assertThat(BigInteger.valueOf(most(span + 1)))
					.isLessThanOrEqualTo(BigInteger.valueOf(this.limit.burst()).add(refill));
			}
		}

		private void checkAlignedWindows() {
			long start = Long.MIN_VALUE;
			long sum = 0;
			for (long[] units : this.taken) {
				long own = units[0] - Math.floorMod(units[0], window());
				sum = (own == start) ? sum + units[1] : units[1];
				start = own;
				assertThat(sum).isLessThanOrEqualTo(this.limit.burst());
			}
		}

		/**
		 * Return the most that was taken in any span of so many microseconds.
		 */
		long most(long micros) {
			long most = 0;
			long sum = 0;
			int first = 0;
			for (long[] units : this.taken) {
				sum += units[1];
				while (this.taken.get(first)[0] <= units[0] - micros) {
					sum -= this.taken.get(first++)[1];
				}
				most = Math.max(most, sum);
			}
			return most;
		}

	}

}

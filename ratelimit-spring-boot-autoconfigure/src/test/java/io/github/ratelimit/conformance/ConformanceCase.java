package io.github.ratelimit.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sequence of calls and what has to be decided of each.
 *
 * @param name what the case shows
 * @param algorithm the algorithm it is for
 * @param quota units per window
 * @param window the window in microseconds
 * @param burst units a full bucket holds, 0 for algorithms without one
 * @param calls the calls, in their order
 */
public record ConformanceCase(String name, String algorithm, long quota, long window, long burst, List<Call> calls) {

	// What an algorithm has no use for is left out, and read as 0
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	/**
	 * Read the cases.
	 * @return the cases of all files, for all algorithms
	 */
	public static List<ConformanceCase> all() {
		return Stream.of("peers.json", "random.json").flatMap((name) -> read(name).cases().stream()).toList();
	}

	private static File read(String name) {
		try (InputStream in = ConformanceCase.class.getResourceAsStream("/conformance/" + name)) {
			File file = JSON.readValue(in, File.class);
			assertThat(file.unit()).isEqualTo("microseconds");
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the limit the case is about.
	 * @return the limit
	 */
	public Limit limit() {
		Algorithm counted = Algorithm.valueOf(this.algorithm.replace('-', '_').toUpperCase(Locale.ROOT));
		return new Limit(Limit.DEFAULT_NAME, new Rate(this.quota, Duration.of(this.window, ChronoUnit.MICROS)),
				(counted == Algorithm.TOKEN_BUCKET) ? this.burst : this.quota, counted, null);
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * A call.
	 *
	 * @param t when it comes, in microseconds
	 * @param cost units asked
	 * @param allowed whether it is allowed
	 * @param remaining whole units left afterwards
	 * @param retryAfter microseconds until the same call is allowed, {@code null} for
	 * never or where waits are not given
	 * @param resetAfter microseconds until all units are back, {@code null} where waits
	 * are not given
	 */
	public record Call(long t, long cost, boolean allowed, long remaining, @Nullable Long retryAfter,
			@Nullable Long resetAfter) {

		/**
		 * Assert that a decision is the right one for this call.
		 * @param status the decision
		 */
		public void check(LimitStatus status) {
			assertThat(status.refused()).as("refused, %s", this).isEqualTo(!this.allowed);
			assertThat(status.remaining()).as("remaining, %s", this).isEqualTo(this.remaining);
			if (this.resetAfter != null) {
				checkWaits(status, this.resetAfter);
			}
		}

		private void checkWaits(LimitStatus status, long resetAfter) {
			if (this.retryAfter == null) {
				assertThat(status.retryAfter()).as("retry after, %s", this).isNull();
			}
			else {
				checkWait("retry after", status.retryAfter(), this.retryAfter);
			}
			checkWait("reset after", status.resetAfter(), resetAfter);
		}

		private void checkWait(String what, @Nullable Duration wait, long expected) {
			assertThat(wait).as("%s, %s", what, this)
				.isBetween(Duration.of(expected, ChronoUnit.MICROS), Duration.of(expected + 1, ChronoUnit.MICROS));
		}

	}

	private record File(String unit, List<ConformanceCase> cases) {

	}

}

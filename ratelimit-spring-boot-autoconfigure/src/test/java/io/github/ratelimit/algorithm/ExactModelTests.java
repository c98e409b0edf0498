package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.conformance.ExactModel;
import io.github.ratelimit.conformance.RandomCalls;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds every {@link LimitAlgorithm} to {@link ExactModel}, in random calls.
 */
class ExactModelTests {

	private static final int CALLS = 50;

	/**
	 * 125,000 calls.
	 */
	@Property(tries = 2_500, edgeCases = EdgeCasesMode.NONE)
	void decidesAsTheDefinitionDoes(@ForAll("calls") RandomCalls calls) {
		ExactModel model = new ExactModel(calls.limit());
		CountedKey key = new CountedKey(calls.limit());
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, calls.limit());
			long cost = step.units(calls.limit());
			model.call(now, cost).check(key.acquire(now, cost), step);
		}
	}

	/**
	 * Whoever waits as told is let pass, and who comes a microsecond earlier is not.
	 */
	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void waitIsTheLeastAfterWhichTheSameCallPasses(@ForAll("calls") RandomCalls calls) {
		CountedKey key = new CountedKey(calls.limit());
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, calls.limit());
			long cost = step.units(calls.limit());
			LimitStatus status = key.acquire(now, cost);
			Duration retry = status.retryAfter();
			if (status.refused() && retry != null) {
				LimitState state = key.state();
				assertThat(state).isNotNull();
				long at = Math.max(now, state.atMicros()) + CountedKey.micros(retry);
				assertThat(key.ask(at, cost).refused()).isFalse();
				assertThat(key.ask(at - 1, cost).refused()).isTrue();
			}
		}
	}

	/**
	 * A store may drop what is over: nobody can tell.
	 */
	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void stateThatIsForgottenTellsNothing(@ForAll("calls") RandomCalls calls) {
		CountedKey key = new CountedKey(calls.limit());
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, calls.limit());
			key.acquire(now, step.units(calls.limit()));
			LimitState state = key.state();
			if (state != null) {
				long forgotten = key.algorithm().forgottenAtMicros(state);
				assertThat(key.ask(forgotten, 0)).isEqualTo(new CountedKey(calls.limit()).ask(forgotten, 0));
				assertThat(key.ask(forgotten - 1, 0).resetAfter()).isPositive();
			}
		}
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(CALLS);
	}

}

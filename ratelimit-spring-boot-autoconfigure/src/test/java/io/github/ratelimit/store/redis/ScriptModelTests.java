package io.github.ratelimit.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.conformance.ExactModel;
import io.github.ratelimit.conformance.RandomCalls;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Holds the scripts on a real Redis to {@link ExactModel}, in random calls.
 */
class ScriptModelTests {

	private static final int CALLS = 50;

	private static TimedRedis redis;

	private static TimedRedis gathered;

	@BeforeContainer
	static void connect() {
		redis = new TimedRedis();
		gathered = TimedRedis.gathered();
	}

	@AfterContainer
	static void disconnect() {
		redis.close();
		gathered.close();
	}

	/**
	 * 15,000 calls.
	 */
	@Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
	void decidesAsTheDefinitionDoes(@ForAll("calls") RandomCalls calls) {
		run(calls, redis);
	}

	@Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
	void decidesManyAtOnceAsTheDefinitionDoes(@ForAll("calls") RandomCalls calls) {
		run(calls, gathered);
	}

	private static void run(RandomCalls calls, TimedRedis redis) {
		String key = UUID.randomUUID().toString();
		List<ExactModel.Verdict> verdicts = new ArrayList<>();
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		ExactModel model = new ExactModel(calls.limit());
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, calls.limit());
			long cost = step.units(calls.limit());
			verdicts.add(model.call(now, cost));
			answers.add(redis.acquireAsync(now, TimedRedis.request(key, calls.limit(), cost)));
		}
		for (int i = 0; i < verdicts.size(); i++) {
			verdicts.get(i).check(answers.get(i).join().limits().get(0), calls.steps().get(i));
		}
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(CALLS);
	}

}

package io.github.ratelimit.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.conformance.ConformanceCase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the conformance vectors of all algorithms through the scripts on a real Redis.
 */
class ScriptConformanceTests {

	private static TimedRedis redis;

	private static TimedRedis gathered;

	@BeforeAll
	static void connect() {
		redis = new TimedRedis();
		gathered = TimedRedis.gathered();
	}

	@AfterAll
	static void disconnect() {
		redis.close();
		gathered.close();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void decidesAsTheVectorSays(ConformanceCase vector) {
		run(vector, redis);
	}

	@ParameterizedTest
	@MethodSource("cases")
	void decidesManyAtOnceAsTheVectorSays(ConformanceCase vector) {
		run(vector, gathered);
	}

	private static void run(ConformanceCase vector, TimedRedis redis) {
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		for (ConformanceCase.Call call : vector.calls()) {
			answers.add(redis.acquireAsync(call.t(), TimedRedis.request(vector.name(), vector.limit(), call.cost())));
		}
		for (int i = 0; i < answers.size(); i++) {
			vector.calls().get(i).check(answers.get(i).join().limits().get(0));
		}
	}

	static List<ConformanceCase> cases() {
		return ConformanceCase.all();
	}

}

package io.github.ratelimit.sample;

import java.time.Duration;
import java.time.Instant;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a caller asks the limiter service.
 *
 * @param caller who asks
 */
record ServiceCalls(SampleClient caller) {

	static ServiceCalls of(SampleClient caller) {
		return new ServiceCalls(caller);
	}

	static SampleClient admin(SampleClient caller) {
		return LocalService.admin(caller);
	}

	static String rule(String client, long rate, long window) {
		return "{\"client_id\":\"" + client + "\",\"rate\":" + rate + ",\"window\":" + window + "}";
	}

	/**
	 * Ask.
	 * @param question the client, or the JSON of the question
	 */
	SampleAnswer check(String question) {
		return this.caller.post("/v1/check",
				(question.startsWith("{")) ? question : "{\"client_id\":\"" + question + "\"}");
	}

	SampleAnswer check(String client, String endpoint) {
		return check("{\"client_id\":\"" + client + "\",\"limit_key\":\"" + endpoint + "\"}");
	}

	boolean allows(String client) {
		SampleAnswer answer = check(client);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return answer.json().path("allowed").booleanValue();
	}

	/**
	 * Return the limit that holds for a client, without charging it.
	 */
	long limitOf(String client) {
		SampleAnswer answer = check("{\"client_id\":\"" + client + "\",\"cost\":0}");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return answer.json().path("limit").longValue();
	}

	void awaitLimit(String client, long limit) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(30))
			.until(() -> limitOf(client) == limit);
	}

	/**
	 * Save a rule.
	 * @return when that was done
	 */
	Instant saveRule(String client, long rate, long window) {
		return saveRule(rule(client, rate, window));
	}

	Instant saveRule(String rule) {
		SampleAnswer answer = LocalService.admin(this.caller).post("/v1/admin/rules", rule);
		assertThat(answer.status()).as(answer.body()).isIn(200, 201);
		return Instant.now();
	}

	String circuitBreaker() {
		return this.caller.get("/circuit-breaker-status").body();
	}

}

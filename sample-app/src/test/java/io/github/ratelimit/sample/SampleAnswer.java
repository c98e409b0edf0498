package io.github.ratelimit.sample;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of the sample application.
 */
record SampleAnswer(int status, HttpHeaders headers, String body) {

	private static final JsonMapper JSON = new JsonMapper();

	static SampleAnswer of(HttpResponse<String> response) {
		return new SampleAnswer(response.statusCode(), response.headers(), response.body());
	}

	JsonNode json() {
		return JSON.readTree(this.body);
	}

	boolean hasHeader(String name) {
		return this.headers.firstValue(name).isPresent();
	}

	String header(String name) {
		return this.headers.firstValue(name)
			.orElseThrow(() -> new AssertionError(
					"No header " + name + " in answer " + this.status + " " + this.headers.map() + " " + this.body));
	}

	long number(String header) {
		return Long.parseLong(header(header));
	}

	boolean refused() {
		return this.status == 429;
	}

}

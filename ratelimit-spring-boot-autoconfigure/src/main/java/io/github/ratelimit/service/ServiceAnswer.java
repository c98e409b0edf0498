package io.github.ratelimit.service;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.web.http.HeaderField;
import tools.jackson.databind.JsonNode;

/**
 * An answer as it is sent, whatever the application does to its own.
 *
 * @param status status code
 * @param type media type of the body, empty if there is none
 * @param body the body
 * @param headers other header fields
 */
record ServiceAnswer(int status, String type, byte[] body, List<HeaderField> headers) {

	static final String JSON = "application/json";

	private static final int OK = 200;

	private static final int NO_CONTENT = 204;

	ServiceAnswer {
		headers = List.copyOf(headers);
	}

	static ServiceAnswer json(int status, JsonNode body) {
		return new ServiceAnswer(status, JSON, ServiceJson.write(body), List.of());
	}

	static ServiceAnswer ok(JsonNode body) {
		return json(OK, body);
	}

	static ServiceAnswer noContent() {
		return new ServiceAnswer(NO_CONTENT, "", new byte[0], List.of());
	}

	ServiceAnswer withType(String type) {
		return new ServiceAnswer(this.status, type, this.body, this.headers);
	}

	ServiceAnswer withHeader(String name, String value) {
		return withHeaders(List.of(new HeaderField(name, value)));
	}

	ServiceAnswer withHeaders(List<HeaderField> more) {
		List<HeaderField> all = new ArrayList<>(this.headers);
		all.addAll(more);
		return new ServiceAnswer(this.status, this.type, this.body, all);
	}

}

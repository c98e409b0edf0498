package io.github.ratelimit.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a request of a test tells of its caller.
 */
final class TestDetails implements CallerDetails {

	private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private @Nullable String sessionId;

	TestDetails header(String name, String value) {
		this.headers.computeIfAbsent(name, (key) -> new ArrayList<>()).add(value);
		return this;
	}

	TestDetails session(String id) {
		this.sessionId = id;
		return this;
	}

	Caller anonymous() {
		return new Caller(null, ClientAddress.of("203.0.113.7"), this);
	}

	Caller user(String name) {
		return new Caller(() -> name, ClientAddress.of("203.0.113.7"), this);
	}

	@Override
	public List<String> headers(String name) {
		return this.headers.getOrDefault(name, List.of());
	}

	@Override
	public @Nullable String sessionId() {
		return this.sessionId;
	}

	@Override
	public Object request() {
		return this.headers;
	}

}

package io.github.ratelimit.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A caller of the sample application. Immutable.
 */
final class SampleClient {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI base;

	private final Map<String, String> headers;

	private SampleClient(URI base, Map<String, String> headers) {
		this.base = base;
		this.headers = headers;
	}

	static SampleClient to(int port) {
		return new SampleClient(URI.create("http://127.0.0.1:" + port), Map.of("Content-Type", "application/json"));
	}

	/**
	 * Return this caller as one of the sample's users, or as somebody who has not said
	 * who it is where the name is empty.
	 */
	SampleClient as(String user) {
		return (user.isEmpty()) ? this : as(user, user + "-pass");
	}

	SampleClient as(String user, String password) {
		byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
		return with("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
	}

	SampleClient with(String header, String value) {
		Map<String, String> more = new HashMap<>(this.headers);
		more.put(header, value);
		return new SampleClient(this.base, more);
	}

	SampleAnswer get(String path) {
		return call("GET", path, BodyPublishers.noBody());
	}

	SampleAnswer post(String path, String json) {
		return call("POST", path, BodyPublishers.ofString(json));
	}

	SampleAnswer delete(String path) {
		return call("DELETE", path, BodyPublishers.noBody());
	}

	private SampleAnswer call(String method, String path, BodyPublisher body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.base.resolve(path)).method(method, body);
		this.headers.forEach(request::header);
		try {
			return SampleAnswer.of(HTTP.send(request.build(), BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}

package io.github.ratelimit.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.DefaultUriBuilderFactory.EncodingMode;

/**
 * Sends one request to the service and reads what comes back, within the read timeout and
 * up to a bound. Nothing is sent again, and no redirect is followed: the key is for the
 * service alone.
 */
final class ServiceExchange implements AutoCloseable {

	private static final MediaType PROBLEM = MediaType.APPLICATION_PROBLEM_JSON;

	private static final String API_KEY = "X-API-Key";

	private static final int MAX_CORRELATION_ID = 128;

	private static final String CORRELATION_ID = "X-Correlation-ID";

	// More than anybody wraps; causes may be a ring
	private static final int MAX_CAUSES = 50;

	private final RateLimitServiceClientSettings settings;

	private final ExecutorService executor;

	private final HttpClient http;

	private final RestClient client;

	private volatile boolean closed;

	ServiceExchange(RateLimitServiceClientSettings settings, RestClient.Builder builder) {
		this.settings = settings;
		this.executor = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "ratelimit-service-client");
			thread.setDaemon(true);
			return thread;
		});
		this.http = http(settings, this.executor);
		this.client = builder.clone()
			.requestFactory(requestFactory())
			.uriBuilderFactory(uriBuilderFactory(settings))
			.build();
	}

	/**
	 * The address is encoded as it stands.
	 */
	private static DefaultUriBuilderFactory uriBuilderFactory(RateLimitServiceClientSettings settings) {
		DefaultUriBuilderFactory factory = new DefaultUriBuilderFactory(
				settings.url().toString().replaceFirst("/+$", ""));
		factory.setEncodingMode(EncodingMode.NONE);
		return factory;
	}

	private static HttpClient http(RateLimitServiceClientSettings settings, ExecutorService executor) {
		// HTTP/2 without TLS would begin with an upgrade that proxies do not expect
		HttpClient.Builder http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(settings.connectTimeout())
			.executor(executor);
		if (settings.sslContext() != null) {
			http.sslContext(settings.sslContext());
		}
		return http.build();
	}

	private JdkClientHttpRequestFactory requestFactory() {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(this.http, this.executor);
		factory.setReadTimeout(this.settings.readTimeout());
		factory.enableCompression(false);
		return factory;
	}

	/**
	 * Send a body.
	 * @param path where to, below the address of the service
	 * @param maxBytes most bytes that an answer may have
	 * @throws UnusableAnswerException if nothing came back in time, or too much
	 */
	ServiceAnswer post(String path, byte[] body, int maxBytes) throws UnusableAnswerException {
		if (this.closed) {
			throw new UnusableAnswerException("the client is closed");
		}
		long start = System.nanoTime();
		try {
			return this.client.post()
				.uri(path)
				.headers(this::addHeaders)
				.contentLength(body.length)
				.body((out) -> out.write(body))
				.exchangeForRequiredValue((request, response) -> read(response, maxBytes));
		}
		catch (RuntimeException ex) {
			// Interceptors of the application's may throw anything
			throw new UnusableAnswerException(isLate(start) ? "no answer within " + readTimeout() : reason(ex));
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			HttpClient.class.getMethod("shutdownNow").invoke(this.http);
		}
		catch (ReflectiveOperationException ex) {
			// There since Java 21: before, its own thread ends when it is collected
		}
		this.executor.shutdownNow();
	}

	/**
	 * What is thrown when an answer is late does not say so.
	 */
	private boolean isLate(long start) {
		return System.nanoTime() - start >= this.settings.readTimeout().toNanos();
	}

	private String readTimeout() {
		return this.settings.readTimeout().toMillis() + " ms";
	}

	private void addHeaders(HttpHeaders headers) {
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.set(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE + ", " + PROBLEM);
		if (this.settings.apiKey() != null) {
			headers.set(API_KEY, this.settings.apiKey());
		}
		String correlationId = this.settings.correlationId().get();
		if (correlationId != null && HeaderValue.isPlain(correlationId, MAX_CORRELATION_ID)) {
			headers.set(CORRELATION_ID, correlationId);
		}
	}

	/**
	 * Read an answer, or no more of it than the bound.
	 */
	private static ServiceAnswer read(ClientHttpResponse response, int maxBytes) throws IOException {
		try (InputStream in = response.getBody()) {
			byte[] body = in.readNBytes(maxBytes + 1);
			if (body.length > maxBytes) {
				throw new IOException("an answer of more than " + maxBytes + " bytes");
			}
			MediaType type = contentType(response.getHeaders());
			return new ServiceAnswer(response.getStatusCode().value(),
					MediaType.APPLICATION_JSON.isCompatibleWith(type), PROBLEM.isCompatibleWith(type), body);
		}
	}

	private static @Nullable MediaType contentType(HttpHeaders headers) {
		try {
			return headers.getContentType();
		}
		catch (RuntimeException ex) {
			// Not a type at all
			return null;
		}
	}

	private static String reason(RuntimeException thrown) {
		Throwable root = thrown;
		for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
			root = root.getCause();
		}
		return root.getClass().getSimpleName() + ((root.getMessage() != null) ? ": " + root.getMessage() : "");
	}

}

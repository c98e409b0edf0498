package io.github.ratelimit.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * A server that speaks the wire format of the service, and also everything that is not.
 */
public final class FakeService implements AutoCloseable {

	public static final String ALLOWED = """
			{"allowed":true,"remaining":19,"retry_after_ms":0,"limit":20,"window":60,"reset_at":1673456789.123}""";

	public static final String REFUSED = """
			{"allowed":false,"remaining":0,"retry_after_ms":2500,"limit":20,"window":60,"reset_at":1673456789.123}""";

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private volatile HttpHandler handler = (exchange) -> send(exchange, 200, "application/json", ALLOWED);

	public FakeService() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.executor);
		this.server.createContext("/", (exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			this.requests.add(new Request(exchange.getRequestMethod() + " " + exchange.getRequestURI(),
					exchange.getRequestHeaders(), body));
			this.handler.handle(exchange);
		});
		this.server.start();
	}

	public URI url() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	public List<Request> requests() {
		return this.requests;
	}

	public Request lastRequest() {
		return this.requests.get(this.requests.size() - 1);
	}

	public FakeService answers(int status, String contentType, String body) {
		return handles((exchange) -> send(exchange, status, contentType, body));
	}

	public FakeService answers(String body) {
		return answers(200, "application/json", body);
	}

	public FakeService handles(HttpHandler handler) {
		this.handler = handler;
		return this;
	}

	/**
	 * Take requests and never answer.
	 */
	public FakeService hangs() {
		return handles((exchange) -> untilClosed());
	}

	/**
	 * Wait until this is closed.
	 */
	public void untilClosed() {
		try {
			this.closing.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", contentType);
		exchange.sendResponseHeaders(status, (bytes.length != 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * What was asked.
	 *
	 * @param line method and path
	 * @param headers header fields
	 * @param body the body
	 */
	public record Request(String line, Headers headers, String body) {

	}

}

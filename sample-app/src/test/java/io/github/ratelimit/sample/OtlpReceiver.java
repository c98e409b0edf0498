package io.github.ratelimit.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A collector of spans in this process, over OTLP. Safe for use by many threads.
 */
final class OtlpReceiver implements AutoCloseable {

	private static final int OK = 200;

	private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

	private final AtomicInteger others = new AtomicInteger();

	private final HttpServer server;

	private OtlpReceiver(HttpServer server) {
		this.server = server;
	}

	static OtlpReceiver start() throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		OtlpReceiver receiver = new OtlpReceiver(server);
		server.createContext("/v1/traces", receiver::receive);
		server.createContext("/", receiver::receiveOther);
		server.start();
		return receiver;
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
			request.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> this.spans.addAll(scope.getSpansList())));
			exchange.sendResponseHeaders(OK, -1);
		}
	}

	private void receiveOther(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.others.incrementAndGet();
			exchange.sendResponseHeaders(OK, -1);
		}
	}

	String tracesUrl() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1/traces";
	}

	/**
	 * Return the spans of a name that have come in so far.
	 */
	List<Span> spans(String name) {
		return this.spans.stream().filter((span) -> span.getName().equals(name)).toList();
	}

	List<Span> spans() {
		return List.copyOf(this.spans);
	}

	/**
	 * Return how many requests came in for something else than spans.
	 */
	int others() {
		return this.others.get();
	}

	void clear() {
		this.spans.clear();
	}

	/**
	 * Return what a span says of itself, as lines of name and value.
	 */
	static List<String> attributes(Span span) {
		return span.getAttributesList()
			.stream()
			.map((attribute) -> attribute.getKey() + "=" + attribute.getValue().getStringValue())
			.collect(Collectors.toList());
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}

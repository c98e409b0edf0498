package io.github.ratelimit.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A balancer for machines without nginx: each request goes to the instance that has the
 * fewest in hand.
 */
final class LeastConnectionsBalancer implements AutoCloseable {

	private static final Set<String> OF_ONE_CONNECTION = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
	static {
		OF_ONE_CONNECTION.addAll(List.of("Connection", "Content-Length", "Expect", "Host", "HTTP2-Settings",
				"Keep-Alive", "Transfer-Encoding", "Upgrade"));
	}

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ExecutorService threads = Executors.newFixedThreadPool(32);

	private final List<Instance> instances;

	private final HttpServer server;

	private LeastConnectionsBalancer(int port, List<Integer> instances) throws IOException {
		this.instances = instances.stream().map((instance) -> new Instance(instance, new AtomicInteger())).toList();
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		this.server.createContext("/", this::forward);
		this.server.setExecutor(this.threads);
	}

	static LeastConnectionsBalancer start(int port, List<Integer> instances) {
		try {
			LeastConnectionsBalancer balancer = new LeastConnectionsBalancer(port, instances);
			balancer.server.start();
			return balancer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void forward(HttpExchange exchange) throws IOException {
		Instance instance = this.instances.stream()
			.min(Comparator.comparingInt((candidate) -> candidate.inHand().get()))
			.orElseThrow();
		instance.inHand().incrementAndGet();
		try (exchange) {
			HttpResponse<byte[]> answer = this.client.send(request(exchange, instance), BodyHandlers.ofByteArray());
			answer.headers().map().forEach((name, values) -> {
				if (!OF_ONE_CONNECTION.contains(name)) {
					exchange.getResponseHeaders().put(name, values);
				}
			});
			exchange.sendResponseHeaders(answer.statusCode(), (answer.body().length == 0) ? -1 : answer.body().length);
			try (OutputStream body = exchange.getResponseBody()) {
				body.write(answer.body());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			instance.inHand().decrementAndGet();
		}
	}

	private static HttpRequest request(HttpExchange exchange, Instance instance) throws IOException {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + instance.port() + exchange.getRequestURI()))
			.method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
		exchange.getRequestHeaders().forEach((name, values) -> {
			if (!OF_ONE_CONNECTION.contains(name)) {
				values.forEach((value) -> request.header(name, value));
			}
		});
		return request.build();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private record Instance(int port, AtomicInteger inHand) {

	}

}

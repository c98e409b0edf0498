package io.github.ratelimit.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application on Tomcat that is asked over HTTP, each thread over a connection of its
 * own that stays open and comes from an address of its own.
 */
final class HttpContender implements Contender {

	private final AtomicInteger connected = new AtomicInteger();

	private final Queue<HttpConnection> connections = new ConcurrentLinkedQueue<>();

	private final ThreadLocal<HttpConnection> connection = ThreadLocal.withInitial(this::connect);

	private final ConfigurableApplicationContext context;

	private final int port;

	HttpContender(Map<String, Object> properties, Class<?>... sources) {
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		// Else it closes connections after a hundred requests
		all.put("server.tomcat.max-keep-alive-requests", "-1");
		all.put("spring.main.banner-mode", "off");
		all.put("spring.main.log-startup-info", "false");
		this.context = new SpringApplicationBuilder(MeasuredApplication.class).sources(sources)
			.web(WebApplicationType.SERVLET)
			.properties(all)
			.registerShutdownHook(false)
			.run();
		this.port = this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private HttpConnection connect() {
		HttpConnection connection = new HttpConnection(this.port, 2 + this.connected.getAndIncrement() % 8);
		this.connections.add(connection);
		return connection;
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.connection.get().get() == 200;
	}

	@Override
	public void close() {
		this.connections.forEach(HttpConnection::close);
		this.context.close();
	}

}

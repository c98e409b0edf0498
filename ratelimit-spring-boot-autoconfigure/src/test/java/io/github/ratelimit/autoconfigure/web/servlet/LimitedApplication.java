package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * An application with the limiter on a real server, and a client of it. It has tiers
 * whose units do not come back while a test runs.
 */
final class LimitedApplication implements AutoCloseable {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ServletWebServerApplicationContext context;

	private LimitedApplication(ServletWebServerApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an application.
	 * @param configuration what it has beside the limiter and Spring MVC
	 * @param properties its properties, {@code name=value}
	 * @return the application, to be closed by the test
	 */
	static LimitedApplication start(Class<?> configuration, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--REDIS_URL=", "--MEMORYSTORE_ENABLED=",
				"--ratelimit.redis.connect-timeout=30s", "--spring.main.banner-mode=off",
				"--ratelimit.tiers.small.rate=1/d", "--ratelimit.tiers.small.burst=2",
				"--ratelimit.tiers.large.rate=1/d", "--ratelimit.tiers.large.burst=100"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new LimitedApplication(
				(ServletWebServerApplicationContext) new SpringApplicationBuilder(Mvc.class, configuration)
					.web(WebApplicationType.SERVLET)
					.run(arguments.toArray(String[]::new)));
	}

	/**
	 * Return how many units a caller has left.
	 */
	long remaining(String tier, String key) {
		return this.context.getBean(RateLimiterRegistry.class).get(tier).peek(key).remaining();
	}

	int port() {
		return Objects.requireNonNull(this.context.getWebServer()).getPort();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	HttpResponse<String> get(String path, String... headers) {
		return send("GET", path, headers);
	}

	HttpResponse<String> send(String method, String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
			.timeout(Duration.ofSeconds(30))
			.method(method, BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class, HttpEncodingAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
			RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class })
	static class Mvc {

	}

}

package io.github.ratelimit.autoconfigure.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.check.RateLimitCheckAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.autoconfigure.rules.RateLimitRulesAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
import org.springframework.core.io.DefaultResourceLoader;

/**
 * An application that is the service on a real server, and a client of it that holds
 * every answer to the OpenAPI document.
 */
final class ServiceApplication implements AutoCloseable {

	static final String CHECK_KEY = "check-key-0123456789abcdef";

	static final String ADMIN_KEY = "admin-key-0123456789abcdef";

	private static final JsonMapper mapper = JsonMapper.shared();

	private static final OpenApiDocument document = new OpenApiDocument();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ServletWebServerApplicationContext context;

	private final String basePath;

	private final boolean enabled;

	private ServiceApplication(ServletWebServerApplicationContext context) {
		this.context = context;
		this.enabled = context.getEnvironment().getRequiredProperty("ratelimit.service.enabled", Boolean.class);
		this.basePath = Stream
			.of("server.servlet.context-path", "spring.mvc.servlet.path", "ratelimit.service.base-path")
			.map((property) -> context.getEnvironment().getProperty(property, ""))
			.collect(Collectors.joining());
	}

	/**
	 * Start an application that has keys for both.
	 * @param configuration what it has beside the limiter and Spring MVC
	 * @param properties its properties, {@code name=value}
	 * @return the application, to be closed by the test
	 */
	static ServiceApplication start(Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("ratelimit.service.api-key=" + CHECK_KEY, "ratelimit.service.admin-api-key=" + ADMIN_KEY));
		all.addAll(List.of(properties));
		return startWithoutKeys(ServiceApplication.class.getClassLoader(), configuration, all.toArray(String[]::new));
	}

	static ServiceApplication startWithoutKeys(ClassLoader classLoader, Class<?> configuration, String... properties) {
		Map<String, String> arguments = new LinkedHashMap<>();
		Stream
			.concat(Stream.of("server.port=0", "REDIS_URL=", "MEMORYSTORE_ENABLED=", "spring.main.banner-mode=off",
					"ratelimit.redis.connect-timeout=30s", "ratelimit.service.enabled=true",
					"ratelimit.tiers.small.rate=2/d", "ratelimit.tiers.large.rate=100/d"), Stream.of(properties))
			.forEach((property) -> arguments.put(property.substring(0, property.indexOf('=')), "--" + property));
		return new ServiceApplication(
				(ServletWebServerApplicationContext) new SpringApplicationBuilder(Mvc.class, configuration)
					.resourceLoader(new DefaultResourceLoader(classLoader))
					.web(WebApplicationType.SERVLET)
					.run(arguments.values().toArray(String[]::new)));
	}

	/**
	 * Return how many units a client has left.
	 */
	long remaining(String tier, String client) {
		return bean(RateLimiterRegistry.class).get(tier).peek(client).remaining();
	}

	int port() {
		return Objects.requireNonNull(this.context.getWebServer()).getPort();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Ask for a decision, with the key for it.
	 */
	HttpResponse<String> check(String body) {
		return post("/v1/check", body, CHECK_KEY);
	}

	HttpResponse<String> post(String path, String body, String key, String... headers) {
		return send("POST", path, BodyPublishers.ofString(body),
				with(headers, "Content-Type", "application/json", "X-API-Key", key));
	}

	HttpResponse<String> get(String path, String key, String... headers) {
		return send("GET", path, BodyPublishers.noBody(), with(headers, "X-API-Key", key));
	}

	HttpResponse<String> delete(String path) {
		return send("DELETE", path, BodyPublishers.noBody(), "X-API-Key", ADMIN_KEY);
	}

	private static String[] with(String[] headers, String... more) {
		List<String> all = new ArrayList<>(List.of(headers));
		all.addAll(List.of(more));
		return all.toArray(String[]::new);
	}

	HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port() + this.basePath + path))
			.timeout(Duration.ofSeconds(30))
			.method(method, body);
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
			if (this.enabled) {
				document.check(method, path, response);
			}
			return response;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	static JsonNode json(HttpResponse<String> response) {
		return mapper.readTree(response.body());
	}

	@Override
	public void close() {
		this.context.close();
	}

	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class, HttpEncodingAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
			RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class,
			RateLimitServletAutoConfiguration.class, RateLimitCheckAutoConfiguration.class,
			RateLimitRulesAutoConfiguration.class, RateLimitServiceAutoConfiguration.class })
	static class Mvc {

	}

	/**
	 * Nothing beside the service.
	 */
	static class Nothing {

	}

}

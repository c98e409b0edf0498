package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the OpenAPI document to the service. That every answer is as it says is checked
 * with each request that tests of the service make.
 */
class ServiceOpenApiTests {

	private static final OpenApiDocument document = new OpenApiDocument();

	private static ServiceApplication service;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(ServiceRulesTests.Kept.class);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void describesAllPathsAndNoOthers() {
		Set<String> paths = new TreeSet<>();
		service.bean(RouterFunction.class).accept(new Patterns(paths));
		assertThat(paths.stream().map((path) -> path.replace("{*rest}", "{client}")))
			.containsExactlyInAnyOrderElementsOf(document.root().get("paths").propertyNames());
	}

	@Test
	void describesAllMethodsAndNoOthers() {
		for (String path : document.root().get("paths").propertyNames()) {
			HttpResponse<String> response = service.send("TRACEROUTE", path.replace("{client}", "a"),
					BodyPublishers.noBody(), "X-API-Key", ServiceApplication.ADMIN_KEY);
			assertThat(response.statusCode()).isEqualTo(405);
			Set<String> allowed = new TreeSet<>(
					Arrays.asList(response.headers().firstValue("Allow").orElseThrow().split(", ")));
			assertThat(allowed.stream().map((method) -> method + " " + path)).containsExactlyInAnyOrderElementsOf(
					document.operations().stream().filter((operation) -> operation.endsWith(" " + path)).toList());
		}
	}

	@Test
	void describesAllFieldsOfRequestsAndNoOthers() {
		assertThat(known(service.check("{\"no_field\":1}"))).isEqualTo(fields("Check"));
		assertThat(known(service.post("/v1/check/batch", "{\"no_field\":1}", ServiceApplication.CHECK_KEY)))
			.isEqualTo(fields("Batch"));
		Set<String> rule = known(service.post("/v1/admin/rules", "{\"no_field\":1}", ServiceApplication.ADMIN_KEY));
		rule.add("limits");
		rule.add("version");
		rule.add("default");
		assertThat(rule).isEqualTo(fields("NewRule"));
		assertThat(
				known(service.post("/v1/admin/rules", "{\"limits\":[{\"no_field\":1}]}", ServiceApplication.ADMIN_KEY)))
			.isEqualTo(fields("Limit"));
	}

	@Test
	void describesAllParametersAndNoOthers() {
		for (String operation : document.operations()) {
			String[] parts = operation.split(" ");
			if (parts[0].equals("POST")
					|| parts[1].matches("/(health|metrics|circuit-breaker-status|v1/openapi.json)")) {
				continue;
			}
			HttpResponse<String> response = service.send(parts[0],
					parts[1].replace("{client}", "a") + "?no_parameter=1", BodyPublishers.noBody(), "X-API-Key",
					ServiceApplication.ADMIN_KEY);
			assertThat(response.statusCode()).as(operation).isEqualTo(400);
			Set<String> described = new TreeSet<>();
			document.root()
				.get("paths")
				.get(parts[1])
				.get(parts[0].toLowerCase(Locale.ROOT))
				.path("parameters")
				.forEach((parameter) -> {
					JsonNode resolved = document.resolve(parameter);
					if (resolved.get("in").stringValue().equals("query")) {
						described.add(resolved.get("name").stringValue());
					}
				});
			assertThat(known(response)).as(operation).isEqualTo(described);
		}
	}

	@Test
	void describesRequestsThatAreTaken() {
		for (String check : new String[] { "{\"client_id\":\"a\"}",
				"{\"client_id\":\"a\",\"limit_key\":\"small\",\"cost\":0,\"plan\":\"pro\"}",
				"{\"client_id\":\"a\",\"limit_key\":null,\"cost\":null,\"plan\":null}" }) {
			assertThat(faults(check, "Check")).isEmpty();
			assertThat(service.check(check).statusCode()).isEqualTo(200);
		}
		assertThat(faults("{\"client_id\":\"\"}", "Check")).isNotEmpty();
		assertThat(faults("{\"client_id\":\"a\",\"cost\":-1}", "Check")).isNotEmpty();
		assertThat(faults("{\"client_id\":\"a\",\"costs\":1}", "Check")).isNotEmpty();
	}

	@Test
	void isServedWithThePathOfTheService() {
		HttpResponse<String> served = service.get("/v1/openapi.json", ServiceApplication.CHECK_KEY);
		assertThat(ServiceApplication.json(served)).isEqualTo(document.root());
		try (ServiceApplication elsewhere = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.service.base-path=/limits")) {
			assertThat(ServiceApplication.json(elsewhere.get("/v1/openapi.json", ServiceApplication.CHECK_KEY))
				.at("/servers/0/url")
				.stringValue()).isEqualTo("/limits");
		}
	}

	@ParameterizedTest
	@CsvSource({ "/app, '', ''", "'', /mvc, ''", "/app, /mvc, ''", "'', /mvc, /limits", "/app, /mvc, /limits" })
	void isServedWithThePathsOfServletsToo(String contextPath, String servletPath, String basePath) {
		List<String> properties = new ArrayList<>(
				List.of("server.servlet.context-path=" + contextPath, "ratelimit.service.base-path=" + basePath));
		if (!servletPath.isEmpty()) {
			properties.add("spring.mvc.servlet.path=" + servletPath);
		}
		try (ServiceApplication elsewhere = ServiceApplication.start(ServiceApplication.Nothing.class,
				properties.toArray(String[]::new))) {
			HttpResponse<String> served = elsewhere.get("/v1/openapi.json", ServiceApplication.CHECK_KEY);
			assertThat(ServiceApplication.json(served).at("/servers/0/url").stringValue())
				.isEqualTo(contextPath + servletPath + basePath);
			HttpResponse<String> check = elsewhere.post("/v1/check", "{\"client_id\":\"a\"}",
					ServiceApplication.CHECK_KEY, "X-Correlation-ID", "mine");
			assertThat(check.statusCode()).isEqualTo(200);
			assertThat(check.headers().firstValue("X-Correlation-ID")).hasValue("mine");
		}
	}

	private static List<String> faults(String json, String schema) {
		List<String> faults = new ArrayList<>();
		document.validate(JsonMapper.shared().readTree(json), document.root().at("/components/schemas/" + schema), "$",
				faults);
		return faults;
	}

	/**
	 * Return the names that the service says it knows.
	 */
	private static Set<String> known(HttpResponse<String> response) {
		String detail = ServiceApplication.json(response).get("detail").stringValue();
		String names = detail.substring(detail.indexOf("there are ") + "there are ".length(), detail.length() - 1);
		Set<String> known = new TreeSet<>(Arrays.asList(names.split(", ")));
		known.remove("");
		return known;
	}

	private static Set<String> fields(String schema) {
		return new TreeSet<>(new LinkedHashSet<>(
				document.root().at("/components/schemas/" + schema + "/properties").propertyNames()));
	}

	/**
	 * Collects the patterns of paths.
	 */
	private record Patterns(Set<String> paths) implements RouterFunctions.Visitor {

		@Override
		public void startNested(RequestPredicate predicate) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void endNested(RequestPredicate predicate) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void route(RequestPredicate predicate, HandlerFunction<?> handlerFunction) {
			this.paths.add(predicate.toString());
		}

		@Override
		public void resources(Function<ServerRequest, Optional<Resource>> lookupFunction) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void attributes(Map<String, Object> attributes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void unknown(RouterFunction<?> routerFunction) {
			throw new UnsupportedOperationException();
		}

	}

}

package io.github.ratelimit.autoconfigure.web.servlet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.UrlHandlerFilter;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Attacks on routes by the way a request is written, on a real server: whenever what is
 * behind a route ran, the count of that route moved.
 */
class RouteAttackTests {

	private static final String HERE = "ip:127.0.0.1";

	private static final List<String> TARGETS = List.of("/login", "/Login", "/LOGIN", "//login", "///login", "/login/",
			"/login//", "/login;x", "/login;jsessionid=1", "/login;a=b;c=d", "/;x/login", "/%6cogin", "/%6Cogin",
			"/lo%67in", "/%2flogin", "/%2Flogin", "/login%2f", "/login%2F", "/./login", "/login/.", "/%2e/login",
			"/%2E/login", "/a/../login", "/a/%2e%2e/login", "/a/%2e./login", "/a/..;/login", "/a;x/../login",
			"/..;/login", "/login/..;/login", "/login%00", "/login%00.txt", "/login%0a", "/login%0d%0a", "/login%20",
			"/login%09", "/login+", "/login.json", "/login?x", "/login?", "/login#x", "/login%3bx", "/login%3Bx=y",
			"/login%3fx", "/login%23", "/login%25", "/%256cogin", "/login%c0%af", "/%c0%afopen", "/login%ff", "\\login",
			"/\\login", "/login\\", "/a\\..\\login", "/%5clogin", "/login%5c", "/l\u00f6gin", "/login%u0020",
			"/login|x", "/login{", "/log%in", "/log%zzin", "/api/login/../../login", "/api/%2e%2e/login",
			"/error/../login", "/servlet/../login", "login", "*", "", "http://x/login", "http://x//login",
			"HTTP://x/login", "http://x:80/login", "http://x/Login", "http://x/login;y", "http://user@x/login",
			"http:///login", "http:/login", "https://x/login", "http://x", "//x/login", "/servlet", "/servlet/",
			"/servlet/x", "/servlet;x", "/servlet;x/y", "/%73ervlet", "//servlet", "/./servlet", "/a/../servlet",
			"/Servlet", "/servlet/../servlet/x", "/servlet/%2e%2e/servlet", "/servlet%2fx", "/servlet/a;b/c");

	private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE", "CONNECT", "get", "post", "Post", "FOO", "PROPFIND", "G%45T");

	static Stream<Class<?>> applications() {
		return Stream.of(Plain.class, CaseInsensitive.class, SlashesHandledFirst.class, SlashesHandledLast.class,
				MethodsOverriddenFirst.class, MethodsOverriddenLast.class);
	}

	@ParameterizedTest
	@MethodSource("applications")
	void noWayToWriteARequestGoesRoundItsRoute(Class<?> configuration) {
		for (String context : new String[] { "", "/app" }) {
			for (boolean early : new boolean[] { false, true }) {
				try (LimitedApplication application = start(configuration, "server.servlet.context-path=" + context,
						"ratelimit.routes[0].before-authentication=" + early,
						"spring.mvc.hiddenmethod.filter.enabled=" + early)) {
					requests(context).forEach((request) -> assertCounted(application, request));
					assertThat(application.bean(Runs.class).total()).isGreaterThan(100);
				}
			}
		}
	}

	private static void assertCounted(LimitedApplication application, String request) {
		Runs runs = application.bean(Runs.class);
		long ranBefore = runs.total();
		long leftBefore = application.remaining("counted", HERE);
		String response = RawHttp.send(application.port(), request);
		long ran = runs.total() - ranBefore;
		long counted = leftBefore - application.remaining("counted", HERE);
		assertThat(counted).as(() -> "units of " + request + "\n" + response).isGreaterThanOrEqualTo(ran);
		if (ran > 0) {
			assertThat(counted).as(() -> "units of " + request).isEqualTo(ran);
		}
	}

	private static List<String> requests(String context) {
		List<String> requests = new ArrayList<>();
		for (String target : TARGETS) {
			String path = context(context, target);
			requests.add(request("GET", path, ""));
			requests.add(request("POST", path, "Content-Length: 0\r\n"));
			requests.add("GET " + path + " HTTP/1.0\r\n\r\n");
			requests.add("GET " + path + "\r\n\r\n");
		}
		for (String method : METHODS) {
			requests.add(request(method, context + "/login", ""));
			requests.add(request(method, context + "/servlet", ""));
			requests.add(request("POST", context + "/login", "X-HTTP-Method-Override: " + method + "\r\n"));
			requests.add(request("POST", context + "/item", "X-HTTP-Method-Override: " + method + "\r\n"));
			requests.add(form(context + "/item", "_method=" + method));
			requests.add(form(context + "/login", "_method=" + method));
			requests.add(request("POST", context + "/item?_method=" + method, "Content-Length: 0\r\n"));
		}
		requests.addAll(oddMessages(context + "/login"));
		return requests;
	}

	private static String context(String context, String target) {
		if (target.startsWith("http://x") || target.startsWith("HTTP://x")) {
			int end = target.indexOf('/', "http://".length());
			return (end > 0) ? target.substring(0, end) + context + target.substring(end) : target;
		}
		return target.startsWith("/") ? context + target : target;
	}

	private static List<String> oddMessages(String path) {
		String large = "X-Large: " + "x".repeat(20_000) + "\r\n";
		String one = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
		return List.of(request("GET", path, large), request("GET", path, "X-Many: 1\r\n".repeat(300)),
				request("GET", path + "?" + "x".repeat(20_000), ""), request("GET", path, "Host: y\r\n"),
				"GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n",
				"GET " + path + " HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
				"GET  " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
				"GET\t" + path + "\tHTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
				"\r\n\r\n" + request("GET", path, ""), request("GET", path, "").replace("\r\n", "\n"),
				request("GET", path, "").replace("HTTP/1.1", "HTTP/2.0"),
				request("GET", path, "").replace("HTTP/1.1", "http/1.1"),
				request("POST", path, "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n",
				request("POST", path, "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") + "0\r\n\r\n" + one,
				request("POST", path, "Content-Length: 0\r\nContent-Length: 0\r\n"),
				request("POST", path, "Content-Length: 0\r\nContent-Length: 40\r\n") + one,
				request("POST", path, "Content-Length: -1\r\n"), one + request("GET", path, ""),
				one + one + one + request("GET", path, ""),
				"POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + request("GET", path, ""),
				request("GET", path, "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: \r\n"),
				request("GET", path, "X-Original-URL: /open\r\nX-Rewrite-URL: /open\r\n"),
				request("GET", "/open", "X-Original-URL: " + path + "\r\nX-Rewrite-URL: " + path + "\r\n"),
				request("GET", "/open", "X-Forwarded-Prefix: " + path + "\r\n"));
	}

	private static String request(String method, String target, String headers) {
		return method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n";
	}

	private static String form(String target, String body) {
		return request("POST", target,
				"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length() + "\r\n") + body;
	}

	@Test
	void requestThatIsRewrittenIsRefusedInFrontOfTheController() {
		for (Class<?> configuration : List.of(CaseInsensitive.class, SlashesHandledLast.class)) {
			try (LimitedApplication application = start(configuration, "ratelimit.routes[0].tier=small")) {
				String path = (configuration == CaseInsensitive.class) ? "/LogIn" : "/login/";
				assertThat(application.get(path).statusCode()).isEqualTo(200);
				assertThat(application.get(path).headers().firstValue("RateLimit-Remaining")).contains("0");
				assertThat(application.get(path).statusCode()).isEqualTo(429);
				assertThat(application.get("/login").statusCode()).isEqualTo(429);
				assertThat(application.bean(Runs.class).total()).isEqualTo(2);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/servlet/x", "/public/../servlet/x", "/public/..;/servlet/x", "/public/%2e%2e/servlet/x",
			"/public/%2E%2e;a=b/servlet/x", "/public//../servlet/x", "/public/../login", "/login" })
	void callerDoesNotChooseTheRoute(String target) {
		try (LimitedApplication application = start(Plain.class, "ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/public/**", "ratelimit.routes[2].tier=small",
				"ratelimit.routes[2].paths=/login,/servlet/**")) {
			for (int i = 0; i < 10; i++) {
				RawHttp.send(application.port(), request("GET", target, ""));
			}
			assertThat(application.bean(Runs.class).total()).isLessThanOrEqualTo(2)
				.isLessThanOrEqualTo(2 - application.remaining("small", HERE));
		}
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "/stories/**,/**,/Stories/7,1", "/stories/**,/**,/stories/7,1",
			"/stories/**,-,/Stories/7,1", "/other/**,/Stories/**,/Stories/7,0", "/{any}/health,/**,/Stories/7,0" })
	void handlerThatMatchesLessStrictlyIsLimitedBeforeALaterExemption(String limited, @Nullable String exempt,
			String target, int units) {
		try (LimitedApplication application = start(LenientHandlers.class, "ratelimit.routes[2].tier=small",
				"ratelimit.routes[2].paths=" + limited, "ratelimit.routes[3].tier=none",
				"ratelimit.routes[3].paths=" + ((exempt != null) ? exempt : "/other"))) {
			assertThat(application.get(target).body()).isEqualTo("story");
			assertThat(application.remaining("small", HERE)).isEqualTo(2 - units);
		}
	}

	@Test
	void exemptionOfOnePathHoldsWhereALaterRouteLimitsTheOthersOfItsHandler() {
		try (LimitedApplication application = start(LenientHandlers.class, "ratelimit.routes[2].tier=none",
				"ratelimit.routes[2].paths=/stories/health", "ratelimit.routes[3].tier=small",
				"ratelimit.routes[3].paths=/stories/**")) {
			assertThat(application.get("/stories/health").body()).isEqualTo("story");
			assertThat(application.remaining("small", HERE)).isEqualTo(2);
			assertThat(application.get("/stories/7").body()).isEqualTo("story");
			assertThat(application.remaining("small", HERE)).isEqualTo(1);
		}
	}

	@Test
	void requestToAServletBelowAPathIsChargedToOneRoute() {
		try (LimitedApplication application = start(Plain.class, "spring.mvc.servlet.path=/mvc",
				"ratelimit.routes[0].paths=/mvc/login", "ratelimit.routes[2].tier=large",
				"ratelimit.routes[2].paths=/**")) {
			assertThat(application.get("/mvc/login").statusCode()).isEqualTo(200);
			assertThat(application.remaining("counted", HERE)).isEqualTo(99_999);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
		}
	}

	@Test
	void signsOfPathsInPatternsOfHandlersMeanThemselves() {
		try (LimitedApplication application = start(Plain.class)) {
			assertThat(application.get("/50%25").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void requestThatIsForwardedBeforeTheFilterIsCounted() {
		try (LimitedApplication application = start(ForwardedFirst.class)) {
			assertThat(application.get("/forward").body()).isEqualTo("login");
			assertThat(application.remaining("counted", HERE)).isEqualTo(99_999);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void bodyThatNeverComesKeepsNobodyFromBeingRefused(boolean hiddenMethods) {
		try (LimitedApplication application = start(Plain.class, "ratelimit.routes[0].tier=auth",
				"ratelimit.tiers.auth.rate=1/d", "ratelimit.tiers.auth.burst=2",
				"spring.mvc.hiddenmethod.filter.enabled=" + hiddenMethods)) {
			application.get("/login");
			application.get("/login");
			for (String method : new String[] { "POST", "PUT", "PATCH", "DELETE" }) {
				for (String type : new String[] { "application/x-www-form-urlencoded", "application/json",
						"multipart/form-data; boundary=x" }) {
					assertThat(RawHttp.firstLine(application.port(),
							request(method, "/login", "Content-Type: " + type + "\r\nContent-Length: 1000\r\n")))
						.as(method + " " + type)
						.startsWith("HTTP/1.1 429");
				}
			}
		}
	}

	private static LimitedApplication start(Class<?> configuration, String... properties) {
		Map<String, String> all = new LinkedHashMap<>();
		all.put("ratelimit.tiers.counted.rate", "1/d");
		all.put("ratelimit.tiers.counted.burst", "100000");
		all.put("ratelimit.routes[0].tier", "counted");
		all.put("ratelimit.routes[0].paths", "/login,/servlet/**,/servlet");
		all.put("ratelimit.routes[1].tier", "counted");
		all.put("ratelimit.routes[1].paths", "/item");
		all.put("ratelimit.routes[1].methods", "DELETE");
		for (String property : properties) {
			all.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
		}
		return LimitedApplication.start(configuration,
				all.entrySet().stream().map(Map.Entry::toString).toArray(String[]::new));
	}

	private static <T extends Filter> FilterRegistrationBean<T> registration(T filter, int order) {
		FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
		registration.setOrder(order);
		return registration;
	}

	private static Filter overridingMethods() {
		return (request, response, chain) -> {
			HttpServletRequest http = (HttpServletRequest) request;
			String method = http.getHeader("X-HTTP-Method-Override");
			chain.doFilter((method != null) ? new HttpServletRequestWrapper(http) {

				@Override
				public String getMethod() {
					return method;
				}

			} : request, response);
		};
	}

	/**
	 * How often ran what is behind routes.
	 */
	static class Runs {

		private final AtomicLong total = new AtomicLong();

		long total() {
			return this.total.get();
		}

		private void add() {
			this.total.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		Runs runs() {
			return new Runs();
		}

		@Bean
		Controller controller(Runs runs) {
			return new Controller(runs);
		}

		@Bean
		ServletRegistrationBean<HttpServlet> servlet(Runs runs) {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void service(HttpServletRequest request, HttpServletResponse response) {
					runs.add();
				}

			}, "/servlet/*");
		}

	}

	@RestController
	static class Controller {

		private final Runs runs;

		Controller(Runs runs) {
			this.runs = runs;
		}

		@RequestMapping("/50%")
		String percent() {
			return "percent";
		}

		@RequestMapping("/login")
		String login() {
			this.runs.add();
			return "login";
		}

		@DeleteMapping("/item")
		String delete() {
			this.runs.add();
			return "item";
		}

		@RequestMapping("/open")
		String open() {
			return "open";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CaseInsensitive extends Plain implements WebMvcConfigurer {

		@Override
		public void configurePathMatch(PathMatchConfigurer configurer) {
			PathPatternParser parser = new PathPatternParser();
			parser.setCaseSensitive(false);
			configurer.setPatternParser(parser);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LenientHandlers extends Plain {

		@Bean
		SimpleUrlHandlerMapping stories() {
			HttpRequestHandler story = (request, response) -> response.getWriter().print("story");
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/stories/{id}", story), -1);
			PathPatternParser parser = new PathPatternParser();
			parser.setCaseSensitive(false);
			mapping.setPatternParser(parser);
			return mapping;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlashesHandledFirst extends Plain {

		@Bean
		FilterRegistrationBean<UrlHandlerFilter> slashes() {
			return registration(UrlHandlerFilter.trailingSlashHandler("/**").wrapRequest().build(), -5000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlashesHandledLast extends Plain {

		@Bean
		FilterRegistrationBean<UrlHandlerFilter> slashes() {
			return registration(UrlHandlerFilter.trailingSlashHandler("/**").wrapRequest().build(), 5000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodsOverriddenFirst extends Plain {

		@Bean
		FilterRegistrationBean<Filter> methods() {
			return registration(overridingMethods(), -5000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodsOverriddenLast extends Plain {

		@Bean
		FilterRegistrationBean<Filter> methods() {
			return registration(overridingMethods(), 5000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ForwardedFirst extends Plain {

		@Bean
		FilterRegistrationBean<Filter> forward() {
			return registration((request, response, chain) -> {
				if (((HttpServletRequest) request).getRequestURI().equals("/forward")) {
					request.getRequestDispatcher("/login").forward(request, response);
				}
				else {
					chain.doFilter(request, response);
				}
			}, -50_000);
		}

	}

}

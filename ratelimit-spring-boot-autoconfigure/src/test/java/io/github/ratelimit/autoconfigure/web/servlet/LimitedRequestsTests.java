package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.github.ratelimit.Counter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for limits on HTTP requests to a real server, without Spring Security.
 */
class LimitedRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	private static final String[] SMALL = { "ratelimit.routes[0].tier=small", "ratelimit.routes[0].paths=/**" };

	private static final String[] LARGE = { "ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/**" };

	@Test
	void requestsBeyondTheLimitAreRefused() {
		try (LimitedApplication application = start(SMALL)) {
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).isEqualTo("GET /any");
				assertHeaders(response.headers(), "2", "1", "86400");
				assertThat(response.headers().firstValue("Retry-After")).isEmpty();
			});
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().firstValue("RateLimit-Remaining")).contains("0");
			});
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("RateLimit-Remaining")).contains("0");
				assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
				assertProblem(response);
			});
		}
	}

	private static void assertHeaders(HttpHeaders headers, String limit, String remaining, String reset) {
		assertThat(headers.firstValue("RateLimit-Limit")).contains(limit);
		assertThat(headers.firstValue("RateLimit-Remaining")).contains(remaining);
		assertThat(headers.firstValue("RateLimit-Reset")).contains(reset);
	}

	/**
	 * A refusal by the tier 'small', some time of a day before a unit is back.
	 */
	private static void assertProblem(HttpResponse<String> response) {
		String seconds = response.headers().firstValue("Retry-After").orElseThrow();
		assertThat(Long.parseLong(seconds)).isBetween(86_400L - 3600, 86_400L);
		String detail = "Too many requests. Please try again in " + seconds + " seconds.";
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
		assertThat(response.body()).isEqualTo("""
				{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Quota exceeded",\
				"status":429,"detail":"%s","violated-policies":["small"],"error":"Rate limit exceeded",\
				"message":"%s","retry_after":%s,"limit":2,"rate":"1 request/day"}""".formatted(detail, detail,
				seconds));
	}

	@Test
	void onlyRequestsToARouteAreLimited() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/limited,/api/{id}")) {
			for (String path : new String[] { "/free", "/limited/deeper", "/api", "/api/1/2" }) {
				assertThat(application.get(path).headers().map()).as(path).doesNotContainKey("ratelimit-limit");
			}
			assertThat(application.remaining("small", HERE)).isEqualTo(2);
			assertThat(application.get("/limited").headers().firstValue("RateLimit-Remaining")).contains("1");
			assertThat(application.get("/api/1").headers().firstValue("RateLimit-Remaining")).contains("0");
		}
	}

	@Test
	void noRouteLimitsNothing() {
		try (LimitedApplication application = start()) {
			assertThat(application.get("/any").headers().map()).doesNotContainKey("ratelimit-limit");
		}
	}

	@Test
	void methodsChooseARequestAndGetStandsForHead() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/limited", "ratelimit.routes[0].methods=get,DELETE")) {
			application.send("POST", "/limited");
			application.send("OPTIONS", "/limited");
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
			application.get("/limited");
			application.send("HEAD", "/limited");
			application.send("DELETE", "/limited");
			assertThat(application.remaining("large", HERE)).isEqualTo(97);
		}
	}

	@Test
	void refusalOfHeadHasHeadersAndNoBody() {
		try (LimitedApplication application = start(SMALL)) {
			application.get("/any");
			application.get("/any");
			assertThat(application.send("HEAD", "/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("Retry-After")).isPresent();
				assertThat(response.body()).isEmpty();
			});
		}
	}

	@Test
	void firstRouteThatMatchesIsCharged() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/api/special", "ratelimit.routes[1].tier=small",
				"ratelimit.routes[1].paths=/api/**", "ratelimit.routes[2].tier=large",
				"ratelimit.routes[2].paths=/**")) {
			application.get("/api/special");
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			application.get("/api/other");
			assertThat(application.remaining("small", HERE)).isEqualTo(1);
			application.get("/other");
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
		}
	}

	@Test
	void pathsAreThoseWithinTheApplication() {
		try (LimitedApplication application = start("server.servlet.context-path=/app",
				"ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/limited")) {
			assertThat(application.get("/app/limited").statusCode()).isEqualTo(200);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			application.get("/limited");
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/servlet", "/servlet;a=b", "/servlet?x=/y", "/%73ervlet", "/x/../servlet", "//servlet",
			"/./servlet", "/servlet;a=b/../servlet" })
	void noSpellingOfAPathGoesRoundTheLimit(String path) {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/servlet")) {
			HttpResponse<String> response = application.get(path);
			boolean reached = response.body().startsWith("servlet");
			assertThat(application.remaining("large", HERE)).isEqualTo((reached) ? 99 : 100);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/deferred", "/callable", "/future" })
	void requestThatIsDispatchedAgainIsChargedOnce(String path) {
		try (LimitedApplication application = start(LARGE)) {
			assertThat(application.get(path)).satisfies((response) -> {
				assertThat(response.body()).isEqualTo("later");
				assertHeaders(response.headers(), "100", "99", "86400");
			});
			assertThat(application.get(path).headers().firstValue("RateLimit-Remaining")).contains("98");
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/error-503", "/servlet-fails", "/nothing/there/at/all" })
	void requestThatEndsInAnErrorPageIsChargedOnce(String path) {
		try (LimitedApplication application = start(LARGE)) {
			assertThat(application.get(path).statusCode()).isGreaterThanOrEqualTo(200);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/throws", "/throws-wrapped", "/throws-deferred", "/throws-future", "/throws-callable",
			"/servlet-throws", "/servlet-writes-and-throws", "/servlet-throws-wrapped", "/filter-throws",
			"/first-filter-throws" })
	void refusalThatCodeThrowsIsAnsweredLikeThatOfARoute(String path) {
		try (LimitedApplication application = start()) {
			assertThat(application.get(path).statusCode()).isEqualTo(200);
			assertThat(application.get(path).statusCode()).isEqualTo(200);
			assertProblem(application.get(path));
			assertThat(application.get("/fails")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(500);
				assertThat(response.body()).isEqualTo("advice");
			});
		}
	}

	@Test
	void userIsTheKeyWhereKnown() {
		try (LimitedApplication application = start(LARGE)) {
			application.get("/any", "X-User", "alice");
			application.get("/any", "X-User", "alice");
			application.get("/any", "X-User", "%20");
			assertThat(application.remaining("large", "user:alice")).isEqualTo(98);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	@Test
	void addressIsTheKeyWhereTheTierSaysSo() {
		try (LimitedApplication application = start("ratelimit.tiers.large.key=ip", "ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/**")) {
			application.get("/any", "X-User", "alice");
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	@Test
	void planChoosesTheLimit() {
		try (LimitedApplication application = start("ratelimit.tiers.large.plans.authenticated.rate=30/d",
				"ratelimit.tiers.large.plans.anonymous.rate=10/d", "ratelimit.tiers.large.plans.premium.rate=50/d",
				"ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/**")) {
			assertThat(limit(application.get("/any"))).isEqualTo("10");
			assertThat(limit(application.get("/any", "X-User", "alice"))).isEqualTo("30");
			assertThat(limit(application.get("/any", "X-User", "rich"))).isEqualTo("50");
			assertThat(limit(application.get("/any", "X-User", "stranger"))).isEqualTo("30");
		}
	}

	private static String limit(HttpResponse<String> response) {
		return response.headers().firstValue("RateLimit-Limit").orElseThrow();
	}

	@Test
	void routesOfATierWithScopeEndpointAreCountedApart() {
		try (LimitedApplication application = start("ratelimit.tiers.small.scope=endpoint",
				"ratelimit.routes[0].tier=small", "ratelimit.routes[0].paths=/a", "ratelimit.routes[1].tier=small",
				"ratelimit.routes[1].paths=/b")) {
			assertThat(application.get("/a").headers().firstValue("RateLimit-Remaining")).contains("1");
			assertThat(application.get("/a").headers().firstValue("RateLimit-Remaining")).contains("0");
			assertThat(application.get("/b").headers().firstValue("RateLimit-Remaining")).contains("1");
			assertThat(application.get("/a").statusCode()).isEqualTo(429);
		}
	}

	@Test
	void shadowNeverRefuses() {
		try (LimitedApplication application = start("ratelimit.tiers.small.enforcement=shadow",
				"ratelimit.routes[0].tier=small", "ratelimit.routes[0].paths=/**")) {
			for (int i = 0; i < 5; i++) {
				assertThat(application.get("/any").statusCode()).isEqualTo(200);
			}
			assertThat(application.get("/any").headers().firstValue("RateLimit-Remaining")).contains("0");
		}
	}

	@Test
	void closedIsUnavailableWhileTheStoreCannotDecide() {
		try (LimitedApplication application = LimitedApplication.start(BrokenStore.class,
				"ratelimit.tiers.small.failure-mode=closed", "ratelimit.tiers.large.failure-mode=open",
				"ratelimit.routes[0].tier=small", "ratelimit.routes[0].paths=/closed", "ratelimit.routes[1].tier=large",
				"ratelimit.routes[1].paths=/open")) {
			assertThat(application.get("/closed")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(503);
				assertThat(response.headers().firstValue("Retry-After")).contains("1");
				assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
				assertThat(response.headers().map()).doesNotContainKey("ratelimit-limit");
				assertThat(response.body()).isEqualTo("""
						{"type":"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",\
						"title":"Temporary reduced capacity","status":503,\
						"detail":"The service cannot check its limits at present. Please try again in 1 second.",\
						"violated-policies":[],"error":"Service unavailable",\
						"message":"The service cannot check its limits at present. Please try again in 1 second.",\
						"retry_after":1}""");
			});
			assertThat(application.get("/open").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void headersAreThoseThatAreChosen() {
		try (LimitedApplication application = start("ratelimit.response.headers=draft,x-ratelimit",
				"ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/**")) {
			HttpHeaders headers = application.get("/any").headers();
			assertThat(headers.firstValue("RateLimit-Policy")).contains("\"large\";q=100;w=8640000");
			assertThat(headers.firstValue("RateLimit")).contains("\"large\";r=99;t=86400");
			assertThat(headers.firstValue("X-RateLimit-Limit")).contains("100");
			assertThat(headers.firstValue("X-RateLimit-Remaining")).contains("99");
			assertThat(headers.firstValue("X-RateLimit-Reset")).isPresent();
			assertThat(headers.map()).doesNotContainKey("ratelimit-limit");
		}
		try (LimitedApplication application = start("ratelimit.response.headers=none", "ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/**")) {
			application.get("/any");
			application.get("/any");
			HttpResponse<String> refused = application.get("/any");
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(refused.headers().map().keySet())
				.noneMatch((name) -> name.toLowerCase(Locale.ROOT).contains("ratelimit"));
			assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\"b", "a\r\nSet-Cookie: x=y", "a\nb", "\u202eecila", "{\"a\":1}", "\ud83d\ude00",
			"</script>", "a\u0000b", "a}b{c:d" })
	void nothingThatTheCallerIsCalledBreaksOutOfTheAnswer(String name) {
		try (LimitedApplication application = start(SMALL)) {
			String user = URLEncoder.encode(name, StandardCharsets.UTF_8);
			application.get("/any", "X-User", user);
			application.get("/any", "X-User", user);
			HttpResponse<String> refused = application.get("/any", "X-User", user);
			assertProblem(refused);
			assertThat(refused.headers().map().keySet()).containsExactlyInAnyOrder("content-length", "content-type",
					"date", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after");
			JsonNode body = JsonMapper.shared().readTree(refused.body());
			assertThat(body.propertyNames()).containsExactly("type", "title", "status", "detail", "violated-policies",
					"error", "message", "retry_after", "limit", "rate");
			assertThat(application.remaining("small", CallerKey.CLIENT.of(new Caller(() -> name, null)))).isZero();
			assertThat(application.remaining("small", HERE)).isEqualTo(2);
		}
	}

	@Test
	void answerIsThatOfTheApplicationsOwnWriter() {
		try (LimitedApplication application = LimitedApplication.start(OwnWriter.class, SMALL)) {
			application.get("/any");
			application.get("/any");
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(420);
				assertThat(response.body()).isEqualTo("calm down: small");
				assertThat(response.headers().firstValue("RateLimit-Remaining")).contains("0");
			});
		}
	}

	@Test
	void nothingIsLimitedWhileSwitchedOff() {
		try (LimitedApplication application = start("ratelimit.enabled=false", "ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/**")) {
			for (int i = 0; i < 4; i++) {
				assertThat(application.get("/throws")).satisfies((response) -> {
					assertThat(response.statusCode()).isEqualTo(200);
					assertThat(response.headers().map()).doesNotContainKey("ratelimit-limit");
				});
			}
		}
	}

	private static LimitedApplication start(String... properties) {
		return LimitedApplication.start(Endpoints.class, properties);
	}

	@Configuration(proxyBeanMethods = false)
	static class BrokenStore {

		@Bean
		RateLimitStore brokenStore() {
			RateLimitStore broken = new RateLimitStore() {

				@Override
				public CompletableFuture<RateLimitDecision> acquire(RateLimitRequest request) {
					return CompletableFuture.failedFuture(new IllegalStateException("down"));
				}

				@Override
				public CompletableFuture<Void> reset(List<Counter> counters) {
					return CompletableFuture.failedFuture(new IllegalStateException("down"));
				}

			};
			return new FailureModeRateLimitStore(broken, InMemoryRateLimitStore.create(),
					FailureModeSettings.of(Duration.ofSeconds(30)), () -> 1, new RateLimitListener() {
					});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWriter {

		@Bean
		RateLimitResponseWriter ownWriter() {
			return (request, response, decision) -> {
				response.setStatus(420);
				response.getWriter().write("calm down: " + decision.refusedBy().get(0));
			};
		}

	}

	/**
	 * Controllers, servlets and filters of an application.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Endpoints {

		@Bean
		PlanResolver planResolver() {
			return (caller) -> {
				Principal principal = caller.principal();
				if (principal == null) {
					return null;
				}
				return switch (principal.getName()) {
					case "rich" -> "premium";
					case "stranger" -> "unheard-of";
					default -> null;
				};
			};
		}

		@Bean
		Controller controller(RateLimiterRegistry limiters) {
			return new Controller(limiters);
		}

		@Bean
		Advice advice() {
			return new Advice();
		}

		@Bean
		ServletRegistrationBean<HttpServlet> servlet(RateLimiterRegistry limiters) {
			return new ServletRegistrationBean<>(new Servlet(limiters), "/servlet", "/servlet-throws",
					"/servlet-writes-and-throws", "/servlet-throws-wrapped", "/servlet-fails", "/filter-throws",
					"/first-filter-throws");
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> firstFilter(RateLimiterRegistry limiters) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(
					new ThrowingFilter("/first-filter-throws", limiters));
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return filter;
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> lastFilter(RateLimiterRegistry limiters) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(
					new ThrowingFilter("/filter-throws", limiters));
			filter.setOrder(Ordered.LOWEST_PRECEDENCE);
			return filter;
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> userFilter() {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(new UserFilter());
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
			return filter;
		}

	}

	@RestController
	static class Controller {

		private final RateLimiterRegistry limiters;

		Controller(RateLimiterRegistry limiters) {
			this.limiters = limiters;
		}

		private String acquire() {
			this.limiters.get("small").checkOrThrow("scratch");
			return "passed";
		}

		@RequestMapping("/**")
		String any(HttpServletRequest request) {
			return request.getMethod() + " " + request.getRequestURI();
		}

		@GetMapping("/deferred")
		DeferredResult<String> deferred() {
			DeferredResult<String> result = new DeferredResult<>();
			CompletableFuture.runAsync(() -> result.setResult("later"));
			return result;
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return () -> "later";
		}

		@GetMapping("/future")
		CompletableFuture<String> future() {
			return CompletableFuture.supplyAsync(() -> "later");
		}

		@GetMapping("/error-503")
		void error(HttpServletResponse response) throws IOException {
			response.sendError(503);
		}

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

		@GetMapping("/throws")
		String throwsRefusal() {
			return acquire();
		}

		@GetMapping("/throws-wrapped")
		String throwsWrapped() {
			try {
				return acquire();
			}
			catch (RateLimitExceededException ex) {
				throw new CompletionException(ex);
			}
		}

		@GetMapping("/throws-deferred")
		DeferredResult<String> throwsDeferred() {
			DeferredResult<String> result = new DeferredResult<>();
			CompletableFuture.runAsync(() -> {
				try {
					result.setResult(acquire());
				}
				catch (RateLimitExceededException ex) {
					result.setErrorResult(ex);
				}
			});
			return result;
		}

		@GetMapping("/throws-future")
		CompletableFuture<String> throwsFuture() {
			return CompletableFuture.supplyAsync(this::acquire);
		}

		@GetMapping("/throws-callable")
		Callable<String> throwsCallable() {
			return this::acquire;
		}

	}

	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler(Exception.class)
		ResponseEntity<String> handle(Exception ex) {
			return ResponseEntity.status(500).body("advice");
		}

	}

	private static final class Servlet extends HttpServlet {

		private static final long serialVersionUID = 1L;

		private final transient RateLimiterRegistry limiters;

		private Servlet(RateLimiterRegistry limiters) {
			this.limiters = limiters;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response)
				throws IOException, ServletException {
			if (!request.getServletPath().equals("/servlet-throws")) {
				response.getWriter().write("servlet");
			}
			switch (request.getServletPath()) {
				case "/servlet-fails" -> throw new ServletException("fails");
				case "/servlet-throws", "/servlet-writes-and-throws" ->
					this.limiters.get("small").checkOrThrow("scratch");
				case "/servlet-throws-wrapped" -> {
					try {
						this.limiters.get("small").checkOrThrow("scratch");
					}
					catch (RateLimitExceededException ex) {
						throw new ServletException(ex);
					}
				}
				default -> {
				}
			}
		}

	}

	private static final class ThrowingFilter extends OncePerRequestFilter {

		private final String path;

		private final RateLimiterRegistry limiters;

		private ThrowingFilter(String path, RateLimiterRegistry limiters) {
			this.path = path;
			this.limiters = limiters;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (request.getRequestURI().equals(this.path)) {
				this.limiters.get("small").checkOrThrow("scratch");
			}
			chain.doFilter(request, response);
		}

	}

	/**
	 * Believes who the caller says to be.
	 */
	private static final class UserFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String user = request.getHeader("X-User");
			chain.doFilter((user != null) ? new HttpServletRequestWrapper(request) {

				@Override
				public Principal getUserPrincipal() {
					return () -> URLDecoder.decode(user, StandardCharsets.UTF_8);
				}

			} : request, response);
		}

	}

}

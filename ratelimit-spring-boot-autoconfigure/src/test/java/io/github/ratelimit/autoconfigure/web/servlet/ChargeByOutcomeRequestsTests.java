package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.testsupport.RedisServers;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that calls are charged by what becomes of their request, on a real server, with
 * counts in memory and in a real Redis.
 */
class ChargeByOutcomeRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void failedLoginsCountAndGoodOnesDoNot(boolean redis) {
		try (LimitedApplication application = start(redis)) {
			for (int i = 0; i < 20; i++) {
				assertThat(application.get("/login?password=right").statusCode()).isEqualTo(200);
			}
			remains(application, 10);
			for (int i = 0; i < 10; i++) {
				assertThat(application.get("/login?password=wrong").statusCode()).isEqualTo(401);
			}
			assertThat(application.get("/login?password=right").statusCode()).isEqualTo(429);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void loginsAtTheSameTimeSlipThroughNoGap(boolean redis) throws InterruptedException, ExecutionException {
		try (LimitedApplication application = start(redis)) {
			assertThat(statuses(application, 4, 25, "/login?password=right")).containsOnly(200);
			remains(application, 10);
			List<Integer> wrong = statuses(application, 16, 5, "/login?password=wrong");
			assertThat(Collections.frequency(wrong, 401)).isEqualTo(10);
			assertThat(Collections.frequency(wrong, 429)).isEqualTo(70);
			remains(application, 0);
		}
	}

	private static List<Integer> statuses(LimitedApplication application, int callers, int calls, String path)
			throws InterruptedException, ExecutionException {
		ExecutorService executor = Executors.newFixedThreadPool(callers);
		List<Future<List<Integer>>> futures = new ArrayList<>();
		for (int i = 0; i < callers; i++) {
			futures.add(executor.submit(() -> {
				List<Integer> statuses = new ArrayList<>();
				for (int j = 0; j < calls; j++) {
					statuses.add(application.get(path).statusCode());
				}
				return statuses;
			}));
		}
		List<Integer> all = new ArrayList<>();
		for (Future<List<Integer>> future : futures) {
			all.addAll(future.get());
		}
		executor.shutdown();
		return all;
	}

	@ParameterizedTest
	@CsvSource({ "/entity, 401", "/annotated, 401", "/advice, 401", "/status-exception, 401", "/future, 401",
			"/failed-future, 401", "/deferred, 401", "/callable, 401", "/send-error, 401", "/earlier-filter, 401",
			"/later-filter, 401", "/guarded, 401", "/guarded-sends-error, 401", "/fails, 500", "/servlet, 401",
			"/async-servlet, 401" })
	void statusIsThatWhichTheCallerGets(String path, int status) {
		try (LimitedApplication application = start(false)) {
			assertThat(application.get(path + "?password=right").statusCode()).isEqualTo(200);
			remains(application, 10);
			assertThat(application.get(path + "?password=wrong").statusCode()).isEqualTo(status);
			assertThat(application.get(path + "?password=right").statusCode()).isEqualTo(200);
			remains(application, (status == 401) ? 9 : 10);
		}
	}

	/**
	 * What is given back may be so after the caller has the response.
	 */
	private static void remains(LimitedApplication application, long units) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(application.remaining("logins", HERE)).isEqualTo(units));
	}

	private static LimitedApplication start(boolean redis) {
		return LimitedApplication.start(Endpoints.class, "ratelimit.tiers.logins.rate=10/d",
				"spring.application.name=" + UUID.randomUUID(),
				"ratelimit.redis.url=" + ((redis) ? RedisServers.shared().uri() : ""), "ratelimit.redis.timeout=30s");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RateLimitedAutoConfiguration.class, RateLimitRedisAutoConfiguration.class })
	static class Endpoints {

		@Bean
		Logins logins() {
			return new Logins();
		}

		@Bean
		Controller controller(Logins logins) {
			return new Controller(logins);
		}

		@Bean
		Advice advice() {
			return new Advice();
		}

		@Bean
		ServletRegistrationBean<HttpServlet> servlet(Logins logins) {
			return new ServletRegistrationBean<>(new Servlet(logins), "/servlet", "/async-servlet");
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> earlierFilter(Logins logins) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(
					new LoginFilter("/earlier-filter", logins));
			filter.setOrder(-101);
			return filter;
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> guardFilter() {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(new GuardFilter());
			filter.setOrder(-102);
			return filter;
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> laterFilter(Logins logins) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(
					new LoginFilter("/later-filter", logins));
			filter.setOrder(Ordered.LOWEST_PRECEDENCE);
			return filter;
		}

	}

	/**
	 * A service that others call.
	 */
	static class Logins {

		@RateLimited(value = "logins", charge = "status == 401")
		boolean check(String password) {
			return password.equals("right");
		}

		@RateLimited(value = "logins", charge = "status == 401")
		void require(String password) {
			if (!password.equals("right")) {
				throw new WrongPasswordException();
			}
		}

	}

	@SuppressWarnings("serial")
	static class WrongPasswordException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	@ResponseStatus(HttpStatus.UNAUTHORIZED)
	static class UnauthorizedException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class GuardedException extends RuntimeException {

	}

	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler
		ResponseEntity<String> handle(WrongPasswordException ex) {
			return ResponseEntity.status(401).body("wrong");
		}

	}

	@RestController
	static class Controller {

		private final Logins logins;

		Controller(Logins logins) {
			this.logins = logins;
		}

		@GetMapping("/login")
		@RateLimited(value = "logins", charge = "status == 401")
		ResponseEntity<String> login(@RequestParam("password") String password) {
			return entity(password.equals("right"));
		}

		private static ResponseEntity<String> entity(boolean right) {
			return ResponseEntity.status((right) ? 200 : 401).body("answer");
		}

		@GetMapping("/entity")
		ResponseEntity<String> entity(@RequestParam("password") String password) {
			return entity(this.logins.check(password));
		}

		@GetMapping("/annotated")
		String annotated(@RequestParam("password") String password) {
			if (!this.logins.check(password)) {
				throw new UnauthorizedException();
			}
			return "right";
		}

		@GetMapping({ "/advice", "/earlier-filter", "/later-filter" })
		String advice(HttpServletRequest request, @RequestParam("password") String password) {
			if (request.getServletPath().equals("/advice")) {
				this.logins.require(password);
			}
			return "right";
		}

		@GetMapping("/status-exception")
		String statusException(@RequestParam("password") String password) {
			if (!this.logins.check(password)) {
				throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
			}
			return "right";
		}

		@GetMapping("/future")
		@RateLimited(value = "logins", charge = "status == 401")
		CompletableFuture<ResponseEntity<String>> future(@RequestParam("password") String password) {
			return CompletableFuture.supplyAsync(() -> entity(password.equals("right")));
		}

		@GetMapping("/failed-future")
		@RateLimited(value = "logins", charge = "status == 401 && exception != null")
		CompletableFuture<String> failedFuture(@RequestParam("password") String password) {
			return CompletableFuture.supplyAsync(() -> {
				if (!password.equals("right")) {
					throw new WrongPasswordException();
				}
				return "right";
			});
		}

		@GetMapping("/deferred")
		DeferredResult<ResponseEntity<String>> deferred(@RequestParam("password") String password) {
			boolean right = this.logins.check(password);
			DeferredResult<ResponseEntity<String>> result = new DeferredResult<>();
			CompletableFuture.runAsync(() -> result.setResult(entity(right)));
			return result;
		}

		@GetMapping("/callable")
		Callable<ResponseEntity<String>> callable(@RequestParam("password") String password) {
			boolean right = this.logins.check(password);
			return () -> entity(right);
		}

		@GetMapping("/send-error")
		void sendError(@RequestParam("password") String password, HttpServletResponse response) throws IOException {
			if (!this.logins.check(password)) {
				response.sendError(401);
			}
		}

		@GetMapping({ "/guarded", "/guarded-sends-error" })
		String guarded(@RequestParam("password") String password) {
			if (!this.logins.check(password)) {
				throw new GuardedException();
			}
			return "right";
		}

		@GetMapping("/fails")
		String fails(@RequestParam("password") String password) {
			if (!this.logins.check(password)) {
				throw new IllegalStateException("no database");
			}
			return "right";
		}

	}

	/**
	 * Answers without Spring MVC, at once or later.
	 */
	private static final class Servlet extends HttpServlet {

		private static final long serialVersionUID = 1L;

		private final transient Logins logins;

		private Servlet(Logins logins) {
			this.logins = logins;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) {
			int status = this.logins.check(request.getParameter("password")) ? 200 : 401;
			if (request.getServletPath().equals("/servlet")) {
				response.setStatus(status);
				return;
			}
			AsyncContext async = request.startAsync();
			async.start(() -> {
				((HttpServletResponse) async.getResponse()).setStatus(status);
				async.complete();
			});
		}

	}

	/**
	 * Checks logins itself.
	 */
	private static final class LoginFilter extends OncePerRequestFilter {

		private final String path;

		private final Logins logins;

		private LoginFilter(String path, Logins logins) {
			this.path = path;
			this.logins = logins;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (request.getServletPath().equals(this.path) && !this.logins.check(request.getParameter("password"))) {
				response.setStatus(401);
				return;
			}
			chain.doFilter(request, response);
		}

	}

	/**
	 * Makes responses of exceptions, as Spring Security does.
	 */
	private static final class GuardFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			try {
				chain.doFilter(request, response);
			}
			catch (ServletException ex) {
				if (!(ex.getCause() instanceof GuardedException)) {
					throw ex;
				}
				if (request.getServletPath().equals("/guarded")) {
					response.setStatus(401);
				}
				else {
					response.sendError(401);
				}
			}
		}

	}

}

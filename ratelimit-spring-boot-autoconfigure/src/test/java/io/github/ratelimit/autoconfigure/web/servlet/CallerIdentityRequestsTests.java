package io.github.ratelimit.autoconfigure.web.servlet;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.identity.ApiKeyPlans;
import io.github.ratelimit.identity.KeyResolver;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests over HTTP for whose count a request is charged to, and on which plan it is.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallerIdentityRequestsTests {

	private static final String ROUTE = "ratelimit.routes[0].paths=/any";

	@ParameterizedTest
	@CsvSource({ "api-key, X-API-Key", "header:X-Tenant, X-Tenant", "bean:tenant, X-Tenant",
			"request.getHeader('X-Tenant'), X-Tenant" })
	void callersAreToldApartByWhatTheySend(String key, String header) {
		try (LimitedApplication application = start("small", "ratelimit.tiers.small.key[0]=" + key)) {
			assertThat(application.get("/any", header, "a").statusCode()).isEqualTo(200);
			assertThat(application.get("/any", header, "a").statusCode()).isEqualTo(200);
			assertThat(application.get("/any", header, "a").statusCode()).isEqualTo(429);
			assertThat(application.get("/any", header, "b").statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@CsvSource({ "api-key, '', 401, X-API-Key", "bearer, '', 401, Authorization", "header:X-Tenant, '', 400, X-Tenant",
			"header:X-Tenant, unauthorized, 401, X-Tenant", "api-key, bad-request, 400, X-API-Key" })
	void requestWithoutAKeyIsAnsweredAndChargedNothing(String key, String missing, int status, String header,
			CapturedOutput output) {
		String[] settings = (missing.isEmpty()) ? new String[] { "ratelimit.tiers.small.key=" + key }
				: new String[] { "ratelimit.tiers.small.key=" + key, "ratelimit.tiers.small.missing-key=" + missing };
		try (LimitedApplication application = start("small", settings)) {
			HttpResponse<String> response = application.get("/any");
			assertThat(response.statusCode()).isEqualTo(status);
			assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(response.body()).contains("Send the header field " + header + " once.");
			assertThat(response.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(key.equals("bearer"));
			for (int i = 0; i < 5; i++) {
				assertThat(application.get("/any").statusCode()).isEqualTo(status);
			}
			assertThat(application.get("/any", header, "Bearer a").statusCode()).isEqualTo(200);
			assertThat(output).containsOnlyOnce("A request was answered with " + status
					+ " and charged nothing, because it does not tell whose count it is: "
					+ key.toLowerCase(Locale.ROOT) + " is missing");
		}
	}

	@Test
	void methodWithoutAKeyIsAnsweredTheSame() {
		try (LimitedApplication application = LimitedApplication.start(Api.class,
				"ratelimit.tiers.small.key=header:X-Tenant")) {
			HttpResponse<String> response = application.get("/annotated");
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("Send the header field X-Tenant once.");
			assertThat(application.get("/annotated", "X-Tenant", "acme").statusCode()).isEqualTo(200);
			assertThat(application.remaining("small", "header.x-tenant:acme")).isEqualTo(1);
		}
	}

	@Test
	void methodWithoutAKeyIsAnsweredTheSameOutsideOfControllers() {
		try (LimitedApplication application = LimitedApplication.start(Api.class,
				"ratelimit.tiers.small.key=header:X-Tenant")) {
			assertThat(application.get("/servlet")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(400);
				assertThat(response.body()).contains("Send the header field X-Tenant once.");
			});
			assertThat(application.get("/servlet", "X-Tenant", "acme").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void requestWithoutAKeyMayFallBackToTheAddress() {
		try (LimitedApplication application = start("small", "ratelimit.tiers.small.key=api-key",
				"ratelimit.tiers.small.key-fallback=session,ip")) {
			application.get("/any");
			assertThat(application.remaining("small", "ip:127.0.0.1")).isEqualTo(1);
		}
	}

	@Test
	void inventedKeysDoNotHelpAgainstTheGate() {
		try (LimitedApplication application = start("large", "ratelimit.tiers.large.key=api-key",
				"ratelimit.tiers.large.gate=small", "ratelimit.tiers.small.key=ip")) {
			assertThat(application.get("/any", "X-API-Key", "a").statusCode()).isEqualTo(200);
			assertThat(application.get("/any", "X-API-Key", "b").statusCode()).isEqualTo(200);
			assertThat(application.get("/any", "X-API-Key", "c")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.body()).contains("\"violated-policies\":[\"small\"]");
			});
		}
	}

	@Test
	void controllerDoesNotRunAgainAndAgainBehindAGate() {
		try (LimitedApplication application = start("large", "ratelimit.tiers.large.key=api-key",
				"ratelimit.tiers.large.gate=small", "ratelimit.tiers.small.key=ip", "ratelimit.tiers.api.rate=1/d",
				"ratelimit.tiers.api.key=header:X-Once", "ratelimit.tiers.api.gate=small",
				"ratelimit.routes[0].paths=/gated")) {
			for (int i = 0; i < 20; i++) {
				application.get("/gated", "X-API-Key", "invented" + i, "X-Once", "same");
			}
			assertThat(application.bean(Calls.class).runs()).hasValue(2);
		}
	}

	@Test
	void costThatACallerMakesFailIsStillARequestForTheGate() {
		try (LimitedApplication application = start("large", "ratelimit.tiers.large.gate=small",
				"ratelimit.tiers.small.key=ip", "ratelimit.routes[0].cost=1 + request.getIntHeader('X-Items')")) {
			for (int i = 0; i < 2; i++) {
				assertThat(application.get("/any", "X-Items", "x").statusCode()).isEqualTo(200);
			}
			assertThat(application.get("/any", "X-Items", "x").statusCode()).isEqualTo(429);
		}
	}

	@Test
	void whatACallerSendsDoesNotComeIntoTheLog(CapturedOutput output) {
		try (LimitedApplication application = start("small",
				"ratelimit.tiers.small.key[0]=T(Integer).parseInt(request.getParameter('n'))",
				"ratelimit.routes[0].cost=1 + T(Integer).parseInt(request.getParameter('n'))")) {
			assertThat(application.get("/any?n=s3cret%0aERROR%20forged").statusCode()).isEqualTo(400);
		}
		assertThat(output).contains("gives no text and is missing, because of")
			.contains("cannot be evaluated; the request is charged nothing, because of")
			.doesNotContain("s3cret")
			.doesNotContain("forged");
	}

	@ParameterizedTest
	@ValueSource(strings = { "request.parameterMap['n']", "request.getHeaders('X-Id')", "request.inputStream",
			"request.locales" })
	void keyThatIsAnotherObjectEachTimeIsNone(String key) {
		try (LimitedApplication application = start("small", "ratelimit.tiers.small.key[0]=" + key)) {
			assertThat(application.get("/any?n=1", "X-Id", "a").statusCode()).isEqualTo(400);
		}
	}

	@Test
	void plansAreLookedUpOnceAndOnlyWhereThereAreAny() {
		try (LimitedApplication application = start("small", "ratelimit.tiers.large.plans.partner.rate=7/d",
				"ratelimit.routes[1].tier=large", "ratelimit.routes[1].paths=/twice")) {
			application.get("/any", "X-API-Key", "k1");
			assertThat(application.bean(Calls.class).lookups()).hasValue(0);
			application.get("/twice", "X-API-Key", "k1");
			assertThat(application.bean(Calls.class).lookups()).hasValue(1);
		}
	}

	@Test
	void lookupThatFailsPutsNobodyOnAPlan(CapturedOutput output) {
		try (LimitedApplication application = start("large", "ratelimit.tiers.large.plans.partner.rate=7/d")) {
			assertThat(application.get("/any", "X-API-Key", "down").headers().firstValue("RateLimit-Limit"))
				.contains("100");
		}
		assertThat(output).contains("A plan cannot be told").doesNotContain("database of keys");
	}

	@Test
	void planChangesWithTheNextRequestAndGivesNoFreshBurst() {
		String[] plans = { "ratelimit.tiers.large.plans.premium.rate=1/d",
				"ratelimit.tiers.large.plans.premium.burst=10", "ratelimit.tiers.large.plans.anonymous.rate=1/d",
				"ratelimit.tiers.large.plans.anonymous.burst=4", "ratelimit.plans[0].plan=premium",
				"ratelimit.plans[0].expression=request.getHeader('X-Paid') != null" };
		try (LimitedApplication application = start("large", plans)) {
			for (int i = 0; i < 4; i++) {
				assertThat(application.get("/any").statusCode()).isEqualTo(200);
			}
			assertThat(application.get("/any").statusCode()).isEqualTo(429);
			assertThat(application.get("/any", "X-Paid", "yes").headers().firstValue("RateLimit-Remaining"))
				.contains("5");
			assertThat(application.get("/any").statusCode()).isEqualTo(429);
		}
	}

	@Test
	void apiKeyIsLookedUpForThePlan() {
		try (LimitedApplication application = start("large", "ratelimit.tiers.large.plans.partner.rate=7/d",
				"ratelimit.keys.api-key-header=X-Key")) {
			assertThat(application.get("/any", "X-Key", "k1").headers().firstValue("RateLimit-Limit")).contains("7");
			assertThat(application.get("/any", "X-Key", "k2").headers().firstValue("RateLimit-Limit")).contains("100");
		}
	}

	private static LimitedApplication start(String tier, String... properties) {
		String[] all = new String[properties.length + 2];
		System.arraycopy(properties, 0, all, 2, properties.length);
		all[0] = ROUTE;
		all[1] = "ratelimit.routes[0].tier=" + tier;
		return LimitedApplication.start(Api.class, all);
	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(RateLimitedAutoConfiguration.class)
	static class Api {

		private final ObjectProvider<Limited> limited;

		private final Calls calls;

		Api(ObjectProvider<Limited> limited, Calls calls) {
			this.limited = limited;
			this.calls = calls;
		}

		@GetMapping("/any")
		String any() {
			return "done";
		}

		@GetMapping("/gated")
		String gated() {
			this.calls.runs().incrementAndGet();
			this.limited.getObject().once();
			return "done";
		}

		@GetMapping("/twice")
		@RateLimited("large")
		String twice() {
			return "done";
		}

		@GetMapping("/annotated")
		@RateLimited("small")
		String annotated() {
			return "done";
		}

		@Bean
		ServletRegistrationBean<HttpServlet> servlet(Limited limited) {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException {
					try {
						limited.call();
					}
					catch (RuntimeException ex) {
						throw new ServletException(ex);
					}
				}

			}, "/servlet");
		}

		@Bean
		static Calls calls() {
			return new Calls(new AtomicInteger(), new AtomicInteger());
		}

		@Bean
		Limited limited() {
			return new Limited();
		}

		@Bean
		KeyResolver tenant() {
			return (caller) -> caller.details().headers("X-Tenant").stream().findFirst().orElse(null);
		}

		@Bean
		ApiKeyPlans apiKeyPlans(Calls calls) {
			return (apiKey) -> {
				calls.lookups().incrementAndGet();
				if (apiKey.equals("down")) {
					throw new IllegalStateException("database of keys");
				}
				return (apiKey.equals("k1")) ? "partner" : null;
			};
		}

	}

	/**
	 * What was called.
	 *
	 * @param runs how often a controller ran
	 * @param lookups how often an API key was looked up
	 */
	record Calls(AtomicInteger runs, AtomicInteger lookups) {

	}

	/**
	 * A bean with a limited method.
	 */
	static class Limited {

		@RateLimited("small")
		void call() {
		}

		@RateLimited("api")
		void once() {
		}

	}

}

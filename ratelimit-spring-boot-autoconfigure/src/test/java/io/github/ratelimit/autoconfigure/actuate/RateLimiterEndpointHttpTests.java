package io.github.ratelimit.autoconfigure.actuate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.identity.ClientAddressSettings;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.ServerPortInfoApplicationContextInitializer;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.test.json.JsonAssert;
import org.springframework.test.json.JsonCompareMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mock;

/**
 * The endpoint as an operator calls it, over HTTP on a real server.
 */
class RateLimiterEndpointHttpTests {

	private static final String NO_DECISIONS = """
			{"allowed": 0, "refused": 0, "shadowRefused": 0, "unchecked": 0, "unavailable": 0, "fallback": 0,
			 "latency": {"count": 0, "mean": "PT0S", "p95": "PT0S", "p99": "PT0S"}}""";

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner(
			AnnotationConfigServletWebServerApplicationContext::new)
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(TomcatServletWebServerAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
				HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
				JacksonEndpointAutoConfiguration.class, EndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				ServletManagementContextAutoConfiguration.class, TomcatServletManagementContextAutoConfiguration.class,
				RateLimitEndpointAutoConfiguration.class))
		.withUserConfiguration(LimiterConfiguration.class)
		.withPropertyValues("server.port=0", "management.endpoints.web.exposure.include=ratelimiter");

	private final WebApplicationContextRunner unrestricted = this.runner
		.withPropertyValues("management.endpoint.ratelimiter.access=unrestricted");

	@Test
	void reportsStoreTiersAndDecisions() {
		this.runner.run((context) -> {
			HttpResponse<String> response = call(context, "GET", "");
			assertThat(response.statusCode()).isEqualTo(200);
			assertJson(response,
					"""
							{"store": {"kind": "memory", "connected": true, "warnings": []},
							 "tiers": {"auth": {"key": "ip", "scope": "tier", "failureMode": "local", "enforcement": "enforce",
							   "plans": {
							     "default": {"limits": [{"name": "default", "rate": "1/s", "burst": 3, "algorithm": "token-bucket"}], "statistics": %1$s},
							     "premium": {"limits": [{"name": "default", "rate": "10/s", "burst": 10, "algorithm": "token-bucket"}], "statistics": %1$s}}}},
							 "rules": {"source": "configuration", "number": 0, "skipped": []},
							 "total": %1$s,
							 "errors": {"total": 0, "operations": {}}, "checks": []}"""
						.formatted(NO_DECISIONS));
		});
	}

	@Test
	void reportsTheCircuitBreaker() {
		this.runner.withUserConfiguration(FailingStore.class).run((context) -> {
			context.getBean("failingStore", RateLimitStore.class).reset(List.of());
			HttpResponse<String> response = call(context, "GET", "");
			JsonAssert.comparator(JsonCompareMode.LENIENT).assertIsMatch("""
					{"store": {"kind": "custom", "connected": true, "circuitBreaker": {"state": "open", "failures": 1},
					 "instances": 3, "warnings": []}}""", response.body());
			assertThat(response.body()).containsPattern("\"untilNextTry\":\"PT\\d+\\.\\d{1,3}S\"");
		});
	}

	@Test
	void tellsWhereAKeyStands() {
		this.runner.run((context) -> {
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("user:alice", 2);
			HttpResponse<String> response = call(context, "GET", "/auth/user:alice");
			assertThat(response.statusCode()).isEqualTo(200);
			assertJson(response,
					"""
							{"tier": "auth", "key": "user:alice", "counts": [
							  {"plan": "default", "limit": {"name": "default", "rate": "1/s", "burst": 3, "algorithm": "token-bucket"},
							   "remaining": 1, "resetAfter": "PT2S", "source": "memory"},
							  {"plan": "premium", "limit": {"name": "default", "rate": "10/s", "burst": 10, "algorithm": "token-bucket"},
							   "remaining": 8, "resetAfter": "PT0.2S", "source": "memory"}]}""");
		});
	}

	@Test
	void reportsSeveralLimitsOfATier() {
		this.runner.withUserConfiguration(SeveralLimits.class).run((context) -> {
			context.getBean("severalLimits", TierRateLimiters.class).get("reports").tryAcquire("user:alice", 2);
			assertJson(call(context, "GET", ""), """
					{"store": {"kind": "memory", "connected": true, "warnings": []},
					 "tiers": {"reports": {"key": "client", "scope": "tier", "failureMode": "local",
					   "enforcement": "enforce", "plans": {"default": {"limits": [
					     {"name": "reports", "rate": "10/m", "burst": 10, "algorithm": "sliding-window"},
					     {"name": "day", "rate": "100/d", "burst": 100, "algorithm": "fixed-window", "zone": "UTC"}],
					     "statistics": %1$s}}}},
					 "rules": {"source": "configuration", "number": 0, "skipped": []},
					 "total": %1$s,
					 "errors": {"total": 0, "operations": {}}, "checks": []}""".formatted(NO_DECISIONS));
			assertJson(call(context, "GET", "/reports/user:alice"),
					"""
							{"tier": "reports", "key": "user:alice", "counts": [
							  {"plan": "default",
							   "limit": {"name": "reports", "rate": "10/m", "burst": 10, "algorithm": "sliding-window"},
							   "remaining": 8, "resetAfter": "PT1M", "source": "memory"},
							  {"plan": "default",
							   "limit": {"name": "day", "rate": "100/d", "burst": 100, "algorithm": "fixed-window", "zone": "UTC"},
							   "remaining": 98, "resetAfter": "PT24H", "source": "memory"}]}""");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = ' ',
			value = { "ip:2001:db8::1 ip:2001:db8::1", "ip:203.0.113.7 ip:203.0.113.7", "user%3Aalice user:alice",
					"user:al%20ice 'user:al ice'", "user:al+ice user:al+ice", "user:%C3%A5sa user:åsa",
					"user:100%2525 user:100%25", "user:alice@example.org user:alice@example.org" })
	void takesTheKeyFromOneSegmentDecodedOnce(String segment, String key) {
		this.runner.run((context) -> {
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire(key, 2);
			HttpResponse<String> response = call(context, "GET", "/auth/" + segment);
			assertThat(response.statusCode()).isEqualTo(200);
			JsonAssert.comparator(JsonCompareMode.LENIENT)
				.assertIsMatch("{\"key\": \"%s\", \"counts\": [{\"remaining\": 1}, {\"remaining\": 8}]}".formatted(key),
						response.body());
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = ' ', value = { "ip:2001:db8::/64 ip:2001:db8::/64", "user:a/b/c user:a/b/c",
			"user:a/%2561 user:a/%61", "user:a%252Fb/c user:a%2Fb/c", "user:a+b/c+d user:a+b/c+d" })
	void takesKeysWithSlashesDecodedOnce(String path, String key) {
		this.unrestricted.run((context) -> {
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			limiters.get("auth").tryAcquire(key, 2);
			JsonAssert.comparator(JsonCompareMode.LENIENT)
				.assertIsMatch("{\"key\": \"%s\", \"counts\": [{\"remaining\": 1}, {\"remaining\": 8}]}".formatted(key),
						call(context, "GET", "/auth/" + path).body());
			assertThat(call(context, "DELETE", "/auth/" + path).statusCode()).isEqualTo(204);
			assertThat(limiters.get("auth").peek(key).remaining()).isEqualTo(3);
		});
	}

	@ParameterizedTest
	@CsvSource({ "ip:2001:DB8:0:0::1,ip:2001:db8::/64", "ip:::ffff:203.0.113.7,ip:203.0.113.7",
			"ip:2001:db8::/64,ip:2001:db8::/64", "ip:%5B2001:db8::2%5D,ip:2001:db8::/64", "ip:nonsense,ip:nonsense" })
	void findsTheCountOfAnAddressInAnySpelling(String spelling, String key) {
		this.runner
			.withBean(ClientAddressResolver.class, () -> new ClientAddressResolver(ClientAddressSettings.DEFAULTS))
			.run((context) -> {
				context.getBean(TierRateLimiters.class).get("auth").tryAcquire(key, 2);
				JsonAssert.comparator(JsonCompareMode.LENIENT)
					.assertIsMatch(
							"{\"key\": \"%s\", \"counts\": [{\"remaining\": 1}, {\"remaining\": 8}]}".formatted(key),
							call(context, "GET", "/auth/" + spelling).body());
			});
	}

	@Test
	void doesNotShowWhatMayBeASecret() {
		this.runner.run((context) -> assertThat(call(context, "GET", "/auth/header.x-tenant:verysecret").body())
			.contains("\"key\":\"header.x-tenant:ve...\"")
			.doesNotContain("verysecret"));
	}

	@Test
	void reportsWhatIsLikelyAMistake() {
		Findings findings = new Findings(Check::severity);
		findings.report(Check.SELF_CALL, "Something calls itself.");
		this.runner.withBean(Findings.class, () -> findings)
			.run((context) -> JsonAssert.comparator(JsonCompareMode.LENIENT)
				.assertIsMatch(
						"""
								{"checks": [{"code": "RL008", "severity": "warn", "detail": "Something calls itself.", "remedy": "%s"}]}"""
							.formatted(Check.SELF_CALL.remedy()),
						call(context, "GET", "").body()));
	}

	@Test
	void doesNotGetToSeeKeysWithAnEncodedSlash() {
		this.runner.run((context) -> assertThat(call(context, "GET", "/auth/user:a%2Fb").statusCode()).isEqualTo(400));
	}

	@Test
	void takesKeysWithAnEncodedSlashWhereTheServerLetsThemPass() {
		this.runner.withBean(SlashesPass.class, SlashesPass::new).run((context) -> {
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("user:a/b", 2);
			HttpResponse<String> response = call(context, "GET", "/auth/user:a%2Fb");
			assertThat(response.body()).contains("\"key\":\"user:a/b\"").contains("\"remaining\":1");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "DELETE" })
	void knowsNoOtherTiers(String method) {
		this.unrestricted
			.run((context) -> assertThat(call(context, method, "/premium/user:alice").statusCode()).isEqualTo(404));
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "DELETE" })
	void takesNoBlankKey(String method) {
		this.unrestricted.run((context) -> assertThat(call(context, method, "/auth/%20").statusCode()).isEqualTo(400));
	}

	@Test
	void resetsAKey() {
		this.unrestricted.run((context) -> {
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			limiters.get("auth").tryAcquire("user:alice", 3);
			HttpResponse<String> response = call(context, "DELETE", "/auth/user:alice");
			assertThat(response.statusCode()).isEqualTo(204);
			assertThat(response.body()).isEmpty();
			assertThat(limiters.get("auth").peek("user:alice").remaining()).isEqualTo(3);
		});
	}

	@Test
	void testsTheStore() {
		this.unrestricted.run((context) -> {
			HttpResponse<String> response = call(context, "POST", "");
			assertThat(response.statusCode()).isEqualTo(200);
			JsonAssert.comparator(JsonCompareMode.LENIENT)
				.assertIsMatch(
						"""
								{"passed": true, "limiter": "self-test", "limit": {"name": "default", "rate": "1/h", "burst": 3, "algorithm": "token-bucket"},
								 "decisions": [
								   {"expected": true, "allowed": true, "remaining": 2, "retryAfter": "PT0S", "source": "memory"},
								   {"expected": true, "allowed": true, "remaining": 1, "retryAfter": "PT0S", "source": "memory"},
								   {"expected": true, "allowed": true, "remaining": 0, "retryAfter": "PT0S", "source": "memory"},
								   {"expected": false, "allowed": false, "remaining": 0, "retryAfter": "PT1H", "source": "memory"}
								 ]}""",
						response.body());
			assertThat(response.body()).contains("\"latency\":\"PT").doesNotContain("\"error\"");
		});
	}

	@Test
	void changesNothingByDefault() {
		this.runner.run((context) -> {
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			limiters.get("auth").tryAcquire("user:alice", 3);
			assertThat(call(context, "DELETE", "/auth/user:alice").statusCode()).isEqualTo(405);
			assertThat(call(context, "DELETE", "/auth/user:alice/x").statusCode()).isEqualTo(405);
			assertThat(call(context, "PUT", "/auth/user:alice").statusCode()).isEqualTo(405);
			assertThat(call(context, "POST", "").statusCode()).isEqualTo(405);
			assertThat(limiters.get("auth").peek("user:alice").remaining()).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "management.server.port=0", "management.endpoints.web.base-path=/manage",
			"spring.mvc.servlet.path=/mvc", "management.endpoints.web.path-mapping.ratelimiter=limits" })
	void takesNoLongBody(String property) {
		WebApplicationContextRunner set = this.unrestricted
			.withInitializer((context) -> new ServerPortInfoApplicationContextInitializer().initialize(context))
			.withPropertyValues((property.isEmpty()) ? "a=b" : property);
		set.run((context) -> {
			String path = (property.contains("servlet")) ? "/mvc/actuator/ratelimiter"
					: (property.contains("/manage")) ? "/manage/ratelimiter"
							: (property.contains("limits")) ? "/actuator/limits" : "/actuator/ratelimiter";
			int port = (property.contains("port"))
					? context.getEnvironment().getRequiredProperty("local.management.port", Integer.class)
					: port(context);
			URI uri = URI.create("http://localhost:" + port + path);
			String members = "\"a\":\"" + "x".repeat(100_000) + "\"";
			assertThat(post(uri, BodyPublishers.ofString("{" + members + "}"))).isEqualTo(413);
			assertThat(post(uri, unknownLength("{" + members + "}"))).isEqualTo(413);
			assertThat(post(uri, unknownLength("{\"a\":".repeat(100_000)))).isEqualTo(413);
			assertThat(post(uri, unknownLength("{}"))).isEqualTo(200);
			assertThat(post(uri, BodyPublishers.ofString("a=b"), "application/x-www-form-urlencoded")).isEqualTo(415);
			assertThat(post(uri, unknownLength("--a"), "Multipart/form-data; boundary=a")).isEqualTo(415);
			assertThat(post(uri, BodyPublishers.ofString("{\"a\":".repeat(2000)))).isEqualTo(400);
			assertThat(post(uri, BodyPublishers.ofString("{}"))).isEqualTo(200);
			assertThat(post(uri, BodyPublishers.noBody())).isEqualTo(200);
		});
	}

	private static BodyPublisher unknownLength(String body) {
		return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
	}

	private static int post(URI uri, BodyPublisher body) throws IOException, InterruptedException {
		return post(uri, body, "application/json");
	}

	private static int post(URI uri, BodyPublisher body, String type) throws IOException, InterruptedException {
		return CLIENT
			.send(HttpRequest.newBuilder(uri).header("Content-Type", type).POST(body).build(),
					BodyHandlers.discarding())
			.statusCode();
	}

	private static int port(AssertableWebApplicationContext context) {
		return ((AnnotationConfigServletWebServerApplicationContext) context.getSourceApplicationContext())
			.getWebServer()
			.getPort();
	}

	private static HttpResponse<String> call(AssertableWebApplicationContext context, String method, String path)
			throws IOException, InterruptedException {
		URI uri = URI.create("http://localhost:" + port(context) + "/actuator/ratelimiter" + path);
		return CLIENT.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
				BodyHandlers.ofString());
	}

	private static void assertJson(HttpResponse<String> response, String expected) {
		JsonAssert.comparator(JsonCompareMode.STRICT).assertIsMatch(expected, response.body());
	}

	/**
	 * Lets Tomcat hand on encoded slashes as they are.
	 */
	static final class SlashesPass implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.addConnectorCustomizers(
					(connector) -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingStore {

		@Bean
		@Primary
		FailureModeRateLimitStore failingStore() {
			RateLimitStore failing = mock(RateLimitStore.class, CALLS_REAL_METHODS);
			given(failing.reset(anyList()))
				.willReturn(CompletableFuture.failedFuture(new IllegalStateException("No connection")));
			return new FailureModeRateLimitStore(failing, InMemoryRateLimitStore.create(),
					FailureModeSettings.of(Duration.ofMillis(100)).withFailureThreshold(1), () -> 3,
					new RateLimitListener() {
					});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralLimits {

		@Bean
		@Primary
		TierRateLimiters severalLimits(InMemoryRateLimitStore store) {
			Tier reports = new Tier("reports",
					List.of(Limit.of("10/m").withAlgorithm(Algorithm.SLIDING_WINDOW).withName("reports"),
							Limit.of("100/d").perCalendar(ZoneId.of("UTC")).withName("day")),
					Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE);
			return new TierRateLimiters(List.of(reports), store, new RateLimitListener() {
			});
		}

	}

}

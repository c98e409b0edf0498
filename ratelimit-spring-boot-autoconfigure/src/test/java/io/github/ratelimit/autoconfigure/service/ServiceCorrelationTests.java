package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.logging.logback.CorrelationIdConverter;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the id by which a request is found again.
 */
class ServiceCorrelationTests {

	private static ServiceApplication service;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(Observed.class);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void isKeptAndEchoedAndOnTheSpanAndThereWhereLinesAreLogged() {
		String id = "req-7f3.A:b/c=+@~_" + System.nanoTime();
		HttpResponse<String> response = check("X-Correlation-ID", id);
		assertThat(response.headers().allValues("X-Correlation-ID")).containsExactly(id);
		assertThat(service.bean(Lines.class).ids).last().isEqualTo(id);
		List<KeyValue> values = service.bean(Spans.class).values;
		Awaitility.await().untilAsserted(() -> assertThat(values).contains(KeyValue.of("correlation.id", id)));
		assertThat(MDC.get("correlationId")).isNull();
	}

	@ParameterizedTest
	@MethodSource
	void isMadeWhereNoneIsWellFormed(String sent) {
		HttpResponse<String> response = check("X-Correlation-ID", sent);
		assertThat(UUID.fromString(response.headers().firstValue("X-Correlation-ID").orElseThrow())).isNotNull();
	}

	static Stream<String> isMadeWhereNoneIsWellFormed() {
		return Stream.of("", "a b", "a\"b", "a'b", "x".repeat(129), "${jndi:ldap://x}", "<b>", "a\tb", "a;b", "a,b",
				"a\\n");
	}

	@Test
	void isMadeWhereTwoOrNoneAreSent() {
		assertThat(check("X-Correlation-ID", "one", "X-Correlation-ID", "two").headers().allValues("X-Correlation-ID"))
			.singleElement()
			.isNotIn("one", "two");
		assertThat(check().headers().firstValue("X-Correlation-ID")).isPresent();
		assertThat(check("X-Correlation-ID", "x".repeat(128)).headers().firstValue("X-Correlation-ID"))
			.hasValue("x".repeat(128));
	}

	@Test
	void isOnEveryAnswer() {
		String[] header = { "X-Correlation-ID", "mine" };
		assertThat(Stream.of(service.send("POST", "/v1/check", BodyPublishers.noBody(), header),
				service.post("/v1/check", "no", ServiceApplication.CHECK_KEY, header),
				service.get("/v1/check", ServiceApplication.CHECK_KEY, header),
				service.get("/v1/admin/rules", "wrong", header), service.get("/rules/a/b", "wrong", header),
				service.get("/health", "none", header)))
			.allSatisfy((response) -> assertThat(response.headers().firstValue("X-Correlation-ID")).hasValue("mine"));
		assertThat(service.get("/elsewhere", "none", header).headers().firstValue("X-Correlation-ID")).isEmpty();
	}

	@Test
	void isNotLeftBehindOnAThread() {
		for (int i = 0; i < 20; i++) {
			String id = "id-" + i;
			assertThat(check("X-Correlation-ID", id).headers().firstValue("X-Correlation-ID")).hasValue(id);
			service.get("/elsewhere", "none");
		}
		assertThat(service.bean(Spans.class).strays).isEmpty();
	}

	@Test
	void isThereWhereLinesAreLoggedOfWhatRedisDecides() {
		try (ServiceApplication shared = ServiceApplication.start(Observed.class,
				"ratelimit.redis.url=" + RedisServers.shared().uri(),
				"ratelimit.application=correlation-" + System.nanoTime())) {
			shared.post("/v1/check", "{\"client_id\":\"a\"}", ServiceApplication.CHECK_KEY, "X-Correlation-ID", "one");
			shared.post("/v1/check/batch", "{\"mode\":\"all\",\"checks\":[{\"client_id\":\"a\"}]}",
					ServiceApplication.CHECK_KEY, "X-Correlation-ID", "two");
			assertThat(shared.bean(Lines.class).ids).containsExactly("one", "two");
		}
	}

	@Test
	void isOnTheLogLine() {
		LoggerContext context = new LoggerContext();
		PatternLayout layout = new PatternLayout();
		layout.setContext(context);
		layout.getInstanceConverterMap().put("correlationId", CorrelationIdConverter::new);
		layout.setPattern(service.bean(Environment.class).getProperty("logging.pattern.correlation") + "%m");
		layout.start();
		LoggingEvent event = new LoggingEvent("", context.getLogger("test"), Level.INFO, "decided", null, null);
		event.setMDCPropertyMap(Map.of("correlationId", "req-1"));
		assertThat(layout.doLayout(event)).matches("\\[[ -]*req-1 *] decided");
	}

	@Test
	void defaultsOfTheEnvironmentGiveWayToTheApplication() {
		Environment environment = service.bean(Environment.class);
		assertThat(environment.getProperty("spring.threads.virtual.enabled")).isEqualTo("true");
		assertThat(environment.getProperty("logging.pattern.correlation")).contains("correlationId(36)");
		try (ServiceApplication other = ServiceApplication.start(ServiceApplication.Nothing.class,
				"spring.threads.virtual.enabled=false", "logging.pattern.correlation=[%X{correlationId}] ")) {
			assertThat(other.bean(Environment.class).getProperty("spring.threads.virtual.enabled")).isEqualTo("false");
			assertThat(other.bean(Environment.class).getProperty("logging.pattern.correlation")).startsWith("[%X");
		}
		try (ServiceApplication off = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.service.enabled=false")) {
			assertThat(off.bean(Environment.class).containsProperty("spring.threads.virtual.enabled")).isFalse();
			assertThat(off.bean(Environment.class).containsProperty("logging.pattern.correlation")).isFalse();
		}
	}

	private static HttpResponse<String> check(String... headers) {
		return service.post("/v1/check", "{\"client_id\":\"a\"}", ServiceApplication.CHECK_KEY, headers);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WebMvcObservationAutoConfiguration.class)
	static class Observed {

		@Bean
		Spans spans() {
			return new Spans();
		}

		@Bean
		ObservationRegistry observationRegistry(Spans spans) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(spans);
			return registry;
		}

		@Bean
		Lines lines() {
			return new Lines();
		}

	}

	/**
	 * Keeps what lines of the log would tell.
	 */
	static final class Lines implements RateLimitListener {

		private final List<@Nullable String> ids = new CopyOnWriteArrayList<>();

		@Override
		public void onDecision(RateLimitEvent event) {
			this.ids.add(MDC.get("correlationId"));
		}

	}

	/**
	 * Keeps what spans would tell.
	 */
	static final class Spans implements ObservationHandler<Observation.Context> {

		private final List<KeyValue> values = new CopyOnWriteArrayList<>();

		private final List<@Nullable String> strays = new CopyOnWriteArrayList<>();

		@Override
		public void onStart(Observation.Context context) {
			if (MDC.get("correlationId") != null) {
				this.strays.add(MDC.get("correlationId"));
			}
		}

		@Override
		public void onStop(Observation.Context context) {
			context.getHighCardinalityKeyValues().forEach(this.values::add);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}

package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the service tells of itself.
 */
class ServiceStatusTests {

	@Test
	void isHealthyInMemory() {
		try (ServiceApplication service = ServiceApplication.start(ServiceApplication.Nothing.class)) {
			HttpResponse<String> health = service.send("GET", "/health", BodyPublishers.noBody());
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.body())
				.isEqualTo("{\"status\":\"healthy\",\"redis_available\":false,\"store\":\"memory\","
						+ "\"degraded_since\":null,\"rules\":\"configuration\",\"rules_failing_since\":null}");
			assertThat(service.send("HEAD", "/health", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
			assertThat(service.get("/circuit-breaker-status", ServiceApplication.CHECK_KEY).body())
				.isEqualTo("{\"state\":\"closed\",\"failure_count\":0,\"time_until_retry_seconds\":0}");
			assertThat(service.send("GET", "/circuit-breaker-status", BodyPublishers.noBody()).statusCode())
				.isEqualTo(401);
			HttpResponse<String> metrics = service.get("/metrics", ServiceApplication.CHECK_KEY);
			assertThat(metrics.statusCode()).isEqualTo(404);
			assertThat(metrics.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		}
	}

	@Test
	void tellsThatNothingIsLimited() {
		try (ServiceApplication service = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.enabled=false")) {
			assertThat(service.check("{\"client_id\":\"a\"}").body()).contains("\"allowed\":true");
			HttpResponse<String> health = service.send("GET", "/health", BodyPublishers.noBody());
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.body()).startsWith("{\"status\":\"disabled\",\"redis_available\":false,");
		}
	}

	@Test
	void tellsThatRedisIsAway() {
		try (ServiceApplication service = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.redis.url=redis://127.0.0.1:1", "ratelimit.circuit-breaker.wait=1h")) {
			for (int i = 0; i < 6; i++) {
				service.check("{\"client_id\":\"a\"}");
			}
			JsonNode breaker = ServiceApplication
				.json(service.get("/circuit-breaker-status", ServiceApplication.CHECK_KEY));
			assertThat(breaker.get("state").stringValue()).isEqualTo("open");
			assertThat(breaker.get("failure_count").intValue()).isPositive();
			assertThat(breaker.get("time_until_retry_seconds").longValue()).isBetween(2000L, 4400L);
			HttpResponse<String> health = service.get("/health", ServiceApplication.CHECK_KEY);
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.body())
				.startsWith("{\"status\":\"degraded\",\"redis_available\":false,\"store\":\"redis\",");
		}
	}

	@Test
	void writesMetersAsPrometheusAsks() {
		try (ServiceApplication service = ServiceApplication.start(Metered.class)) {
			HttpResponse<String> text = service.get("/metrics", ServiceApplication.CHECK_KEY);
			assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain")
				.contains("version=0.0.4");
			assertThat(text.body()).contains("tests_total 1.0");
			HttpResponse<String> open = service.get("/metrics", ServiceApplication.CHECK_KEY, "Accept",
					"application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1");
			assertThat(open.headers().firstValue("Content-Type").orElseThrow())
				.startsWith("application/openmetrics-text")
				.contains("version=1.0.0");
			assertThat(open.body()).endsWith("# EOF\n");
			assertThat(service.send("GET", "/metrics", BodyPublishers.noBody()).statusCode()).isEqualTo(401);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Metered {

		@Bean
		PrometheusMeterRegistry registry() {
			PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
			registry.counter("tests").increment();
			return registry;
		}

	}

}

package io.github.ratelimit.autoconfigure.web.servlet;

import java.util.UUID;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for routes of several tiers, on a real server.
 */
class SeveralTiersRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	@Test
	void routeMayNameSeveralTiers() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=large,small")) {
			assertThat(application.get("/any").headers().firstValue("RateLimit-Remaining")).contains("1");
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			assertThat(application.remaining("small", HERE)).isEqualTo(1);
		}
	}

	@Test
	void requestThatOneTierRefusesIsChargedToNone() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier[0]=large",
				"ratelimit.routes[0].tier[1]=small")) {
			application.get("/any");
			application.get("/any");
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("RateLimit-Limit")).contains("2");
				assertThat(response.body()).contains("\"violated-policies\":[\"small\"]");
			});
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
		}
	}

	@Test
	void headersAndBodyCallALimitTheSame() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=user,address",
				"ratelimit.response.headers=draft,ratelimit", "ratelimit.tiers.address.key=ip",
				"ratelimit.tiers.address.limits[0].rate=5/d", "ratelimit.tiers.address.limits[1].name=day",
				"ratelimit.tiers.address.limits[1].rate=1/d", "ratelimit.tiers.user.limits[0].name=day",
				"ratelimit.tiers.user.limits[0].rate=1/7d")) {
			application.get("/any");
			assertThat(application.get("/any")).satisfies((response) -> {
				assertThat(response.headers().firstValue("RateLimit-Policy"))
					.contains("\"user.day\";q=1;w=604800, \"address\";q=5;w=86400, \"address.day\";q=1;w=86400");
				assertThat(response.headers().firstValue("RateLimit").orElseThrow())
					.matches("\"user.day\";r=0;t=6\\d{5}, \"address\";r=4;t=\\d+, \"address.day\";r=0;t=8\\d{4}");
				assertThat(response.body()).contains("\"violated-policies\":[\"user.day\",\"address.day\"]");
				assertThat(Long.parseLong(response.headers().firstValue("Retry-After").orElseThrow()))
					.as("the longer wait")
					.isGreaterThan(86_400);
			});
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void headersAndBodyCallTheOnlyLimitTheSame(boolean redis) {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=user", "ratelimit.response.headers=draft",
				"ratelimit.tiers.user.limits[0].name=day", "ratelimit.tiers.user.limits[0].rate=1/d",
				"spring.application.name=" + UUID.randomUUID(),
				"ratelimit.redis.url=" + ((redis) ? RedisServers.shared().uri() : ""), "ratelimit.redis.timeout=30s")) {
			assertThat(application.bean(RateLimiterRegistry.class).get("user").peek("other").source())
				.isEqualTo((redis) ? DecisionSource.REDIS : DecisionSource.MEMORY);
			application.get("/any");
			for (int i = 0; i < 2; i++) {
				assertThat(application.get("/any")).satisfies((response) -> {
					assertThat(response.statusCode()).isEqualTo(429);
					assertThat(response.headers().firstValue("RateLimit-Policy")).contains("\"user.day\";q=1;w=86400");
					assertThat(response.headers().firstValue("RateLimit").orElseThrow())
						.matches("\"user.day\";r=0;t=\\d+");
					assertThat(response.body()).contains("\"violated-policies\":[\"user.day\"]");
				});
			}
		}
	}

	private static LimitedApplication start(String... properties) {
		String[] all = new String[properties.length + 1];
		System.arraycopy(properties, 0, all, 1, properties.length);
		all[0] = "ratelimit.routes[0].paths=/**";
		return LimitedApplication.start(Nothing.class, all);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(RateLimitRedisAutoConfiguration.class)
	static class Nothing {

	}

}

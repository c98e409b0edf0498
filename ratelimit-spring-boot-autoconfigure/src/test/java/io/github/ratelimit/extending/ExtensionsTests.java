package io.github.ratelimit.extending;

import io.github.ratelimit.RateLimiterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Extensions}.
 */
@SpringBootTest(properties = { "ratelimit.tiers.search.rate=1/d", "ratelimit.tiers.search.key=bean:tenant",
		"ratelimit.tiers.search.key-fallback=ip", "ratelimit.tiers.search.plans.partner.rate=2/d",
		"ratelimit.tiers.search.plans.internal.rate=3/d" })
@AutoConfigureMockMvc
class ExtensionsTests {

	@Autowired
	MockMvcTester mvc;

	@Autowired
	RateLimiterRegistry limits;

	@Autowired
	Extensions.RefusedCalls refused;

	@Test
	void tenantsAreCountedApartAndRefusedInOwnWords() {
		long before = this.refused.count();
		assertThat(this.mvc.get().uri("/search").header("X-Tenant", "acme")).hasStatus(200);
		assertThat(this.mvc.get().uri("/search").header("X-Tenant", "acme")).hasStatus(429)
			.bodyText()
			.isEqualTo("Slow down");
		assertThat(this.mvc.get().uri("/search").header("X-Tenant", "other")).hasStatus(200);
		assertThat(this.limits.get("search").peek("bean.tenant:acme").remaining()).isZero();
		assertThat(this.refused.count()).isEqualTo(before + 1);
	}

	@Test
	void planIsThatOfTheApiKeyOrOfTheAddress() {
		assertThat(this.mvc.get().uri("/search").header("X-Tenant", "key").header("X-API-Key", "a-long-key-of-acme"))
			.hasHeader("RateLimit-Limit", "2");
		assertThat(this.mvc.get().uri("/search").header("X-Tenant", "inside").with((request) -> {
			request.setRemoteAddr("10.0.0.7");
			return request;
		})).hasHeader("RateLimit-Limit", "3");
	}

}

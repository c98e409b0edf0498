package io.github.ratelimit.extending;

import io.github.ratelimit.RateLimiterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = { "ratelimit.tiers.search.rate=2/m", "ratelimit.enabled=false" })
@AutoConfigureMockMvc
class SearchWithoutLimitsTests {

	@Test
	void nothingIsLimited(@Autowired MockMvcTester mvc, @Autowired RateLimiterRegistry limits) {
		for (int i = 0; i < 10; i++) {
			assertThat(mvc.get().uri("/search")).hasStatus(200);
			assertThat(limits.get("search").tryAcquire("user:alice").allowed()).isTrue();
		}
	}

}

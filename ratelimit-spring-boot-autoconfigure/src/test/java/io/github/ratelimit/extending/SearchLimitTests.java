package io.github.ratelimit.extending;

import io.github.ratelimit.RateLimiterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "ratelimit.tiers.search.rate=2/m")
@AutoConfigureMockMvc
class SearchLimitTests {

	@Autowired
	MockMvcTester mvc;

	@Autowired
	RateLimiterRegistry limits;

	@BeforeEach
	void forgetOtherTests() {
		this.limits.get("search").reset("ip:127.0.0.1");
	}

	@Test
	void thirdSearchInAMinuteIsRefused() {
		assertThat(this.mvc.get().uri("/search")).hasStatus(200);
		assertThat(this.mvc.get().uri("/search")).hasStatus(200);
		assertThat(this.mvc.get().uri("/search")).hasStatus(429).containsHeader("Retry-After");
	}

}

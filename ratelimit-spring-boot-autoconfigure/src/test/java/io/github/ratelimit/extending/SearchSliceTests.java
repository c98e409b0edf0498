package io.github.ratelimit.extending;

import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(properties = "ratelimit.tiers.search.rate=2/m")
@ImportAutoConfiguration({ RateLimitAutoConfiguration.class, RateLimitedAutoConfiguration.class,
		RateLimitServletAutoConfiguration.class })
class SearchSliceTests {

	@Test
	void thirdSearchInAMinuteIsRefused(@Autowired MockMvcTester mvc) {
		assertThat(mvc.get().uri("/search")).hasStatus(200);
		assertThat(mvc.get().uri("/search")).hasStatus(200);
		assertThat(mvc.get().uri("/search")).hasStatus(429);
	}

	/**
	 * Instead of the application, whose limits are there in any case.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(SearchApplication.SearchController.class)
	static class Slice {

	}

}

package io.github.ratelimit.extending;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with one limited method.
 */
@SpringBootConfiguration
@ImportAutoConfiguration({ DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
		RateLimitAutoConfiguration.class, RateLimitedAutoConfiguration.class, RateLimitServletAutoConfiguration.class })
@Import({ Extensions.class, SearchApplication.SearchController.class })
class SearchApplication {

	@RestController
	static class SearchController {

		@GetMapping("/search")
		@RateLimited("search")
		String search() {
			return "found";
		}

	}

}

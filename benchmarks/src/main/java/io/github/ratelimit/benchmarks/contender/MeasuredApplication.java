package io.github.ratelimit.benchmarks.contender;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with one resource, and with the auto-configuration that is measured.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(SelectedAutoConfiguration.class)
@RestController
class MeasuredApplication {

	@GetMapping("/hello")
	String hello() {
		return "hello";
	}

}

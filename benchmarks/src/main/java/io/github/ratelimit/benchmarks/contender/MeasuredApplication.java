package io.github.ratelimit.benchmarks.contender;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with one resource, and with the auto-configuration that is measured.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(MeasuredApplication.Selector.class)
@RestController
class MeasuredApplication {

	/**
	 * Property that names packages of auto-configuration besides those of Spring Boot.
	 */
	static final String PACKAGES = "measured.packages";

	@GetMapping("/hello")
	String hello() {
		return "hello";
	}

	/**
	 * Takes auto-configuration of some packages only. All peers are on the class path.
	 */
	static class Selector extends AutoConfigurationImportSelector {

		@Override
		protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
			String[] nothing = {};
			return new AnnotationAttributes(Map.of("exclude", nothing, "excludeName", nothing));
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				@Nullable AnnotationAttributes attributes) {
			String[] packages = getEnvironment().getProperty(PACKAGES, String[].class, new String[0]);
			return super.getCandidateConfigurations(metadata, attributes).stream()
				.filter((name) -> name.startsWith("org.springframework.boot.")
						|| Stream.of(packages).anyMatch(name::startsWith))
				.toList();
		}

	}

}

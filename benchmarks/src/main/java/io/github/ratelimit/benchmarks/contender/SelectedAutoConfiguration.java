package io.github.ratelimit.benchmarks.contender;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Takes auto-configuration of some packages only: those of all peers are on the class
 * path.
 */
class SelectedAutoConfiguration extends AutoConfigurationImportSelector {

	/**
	 * Property that says how the names of auto-configuration begin that is taken.
	 */
	static final String PACKAGES = "measured.packages";

	static final String OURS = "io.github.ratelimit.";

	static final String BOOT = "org.springframework.boot.";

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
			.filter((name) -> Stream.of(packages).anyMatch(name::startsWith))
			.toList();
	}

}

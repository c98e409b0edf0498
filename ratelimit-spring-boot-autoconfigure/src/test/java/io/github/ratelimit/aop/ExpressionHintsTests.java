package io.github.ratelimit.aop;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a native image keeps what expressions are evaluated on.
 */
class ExpressionHintsTests {

	private static final String CONFIG = "META-INF/native-image/io.github.ratelimit/"
			+ "ratelimit-spring-boot-autoconfigure/reflect-config.json";

	static Stream<String> roots() throws ClassNotFoundException {
		Class<?> ofCaller = ClassUtils.forName("io.github.ratelimit.identity.CallerExpression$Root", null);
		return Stream.of(ExpressionRoot.class, RateLimitedCall.class, CallOutcome.class, ofCaller).map(Class::getName);
	}

	@ParameterizedTest
	@MethodSource("roots")
	void methodsOfWhatExpressionsSeeAreKept(String root) throws IOException {
		assertThat(config()).anySatisfy((entry) -> {
			assertThat(entry.path("name").asString()).isEqualTo(root);
			assertThat(entry.path("allPublicMethods").asBoolean()).isTrue();
		});
	}

	@ParameterizedTest
	@MethodSource("roots")
	void rootsAreListedOnce(String root) throws IOException {
		assertThat(Arrays.stream(config()).map((entry) -> entry.path("name").asString())).containsOnlyOnce(root);
	}

	private static JsonNode[] config() throws IOException {
		try (InputStream input = ExpressionHintsTests.class.getClassLoader().getResourceAsStream(CONFIG)) {
			return new ObjectMapper().readValue(Objects.requireNonNull(input), JsonNode[].class);
		}
	}

}

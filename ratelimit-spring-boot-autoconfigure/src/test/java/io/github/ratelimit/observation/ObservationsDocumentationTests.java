package io.github.ratelimit.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps {@code docs/tracing.md} in step with what is observed.
 */
class ObservationsDocumentationTests {

	private static final String START = "<!-- observations -->";

	private static final String END = "<!-- /observations -->";

	@Test
	void listsAllObservationsWithTheirAttributes() throws IOException {
		String document = document();
		assertThat(document).containsOnlyOnce(START).containsOnlyOnce(END);
		String table = document.substring(document.indexOf(START) + START.length(), document.indexOf(END));
		assertThat(table.strip()).isEqualTo(Stream
			.concat(Stream.of("| Observation | Attributes of few values | Others |", "|---|---|---|"),
					Stream.of(DecisionObservation.values()).map(ObservationsDocumentationTests::row))
			.collect(Collectors.joining("\n")));
	}

	@Test
	void everyObservationHasTheNameThatItIsMadeWith() {
		assertThat(DecisionObservation.values()).extracting(DecisionObservation::getName)
			.containsExactly(DecisionObservation.CHECK_NAME, DecisionObservation.REDIS_NAME);
		assertThat(new DefaultDecisionObservationConvention().getName()).isEqualTo(DecisionObservation.CHECK_NAME);
	}

	private static String row(DecisionObservation observation) {
		return "| `" + observation.getName() + "` | " + code(observation.getLowCardinalityKeyNames()) + " | "
				+ code(observation.getHighCardinalityKeyNames()) + " |";
	}

	private static String code(KeyName[] names) {
		return Stream.of(names).map((name) -> "`" + name.asString() + "`").collect(Collectors.joining(", "));
	}

	private static String document() throws IOException {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve("docs/tracing.md"))) {
			directory = directory.getParent();
		}
		assertThat(directory).as("directory that has docs/tracing.md").isNotNull();
		return Files.readString(directory.resolve("docs/tracing.md"));
	}

}

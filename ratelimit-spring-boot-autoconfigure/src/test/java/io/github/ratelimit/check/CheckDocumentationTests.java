package io.github.ratelimit.check;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds docs/checks.md to the checks that there are.
 */
class CheckDocumentationTests {

	private static final String DOCUMENT = "docs/checks.md";

	private static final String START = "<!-- checks -->";

	private static final String END = "<!-- /checks -->";

	@Test
	void listsAllChecksAsTheyAre() {
		String document = Documents.read(DOCUMENT);
		assertThat(document).containsOnlyOnce(START).containsOnlyOnce(END);
		assertThat(document.substring(document.indexOf(START) + START.length(), document.indexOf(END)).strip())
			.isEqualTo(Stream
				.concat(Stream.of("| Code | Severity | What it finds | Remedy |", "|---|---|---|---|"),
						Stream.of(Check.values()).map(CheckDocumentationTests::row))
				.collect(Collectors.joining("\n")));
	}

	@Test
	void explainsEachCheckInOrder() {
		assertThat(Documents.read(DOCUMENT).lines().filter((line) -> line.startsWith("## ")))
			.containsExactlyElementsOf(Stream.of(Check.values()).map((check) -> "## " + check.code()).toList());
	}

	@Test
	void isNamedWhereSecurityAndTheEndpointAreDescribed() {
		assertThat(Stream.of("README.md", "docs/security.md", "docs/actuator.md"))
			.allSatisfy((document) -> assertThat(Documents.read(document)).contains("checks.md)"));
	}

	private static String row(Check check) {
		return "| [%1$s](#%2$s) | `%3$s` | %4$s | %5$s |".formatted(check.code(), check.code().toLowerCase(Locale.ROOT),
				check.severity().name().toLowerCase(Locale.ROOT), check.title(), check.remedy().replace("'", "`"));
	}

}

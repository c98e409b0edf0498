package io.github.ratelimit.extending;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the Java in {@code docs/extending.md} to the sources it was taken from.
 */
class ExtendingDocumentationTests {

	private static final Path DOCUMENT = Path.of("../docs/extending.md");

	private static final Path SOURCES = Path.of("src/test/java/io/github/ratelimit/extending");

	private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void javaIsThatOfTheExample() throws IOException {
		List<String> sources = sources();
		List<String> blocks = BLOCK.matcher(Files.readString(DOCUMENT))
			.results()
			.map((MatchResult block) -> withoutSpace(block.group(1)))
			.toList();
		assertThat(blocks).hasSizeGreaterThan(5)
			.allSatisfy((block) -> assertThat(sources).as(block).anyMatch((source) -> source.contains(block)));
	}

	private static List<String> sources() throws IOException {
		List<String> sources = new ArrayList<>();
		try (Stream<Path> files = Files.list(SOURCES)) {
			for (Path file : files.toList()) {
				sources.add(withoutSpace(Files.readString(file)));
			}
		}
		return sources;
	}

	private static String withoutSpace(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

}

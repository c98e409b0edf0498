package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AlgorithmPictures}.
 */
class AlgorithmPicturesTests {

	@Test
	void picturesInTheDocumentationAreWhatTheAlgorithmsDo() throws IOException {
		Map<String, String> committed = new TreeMap<>();
		try (Stream<Path> files = Files.list(project().resolve("docs/images"))) {
			for (Path file : files.toList()) {
				committed.put(file.getFileName().toString(), Files.readString(file));
			}
		}
		assertThat(committed).isEqualTo(AlgorithmPictures.draw());
	}

	private static Path project() {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve("CONTRIBUTING.md"))) {
			directory = directory.getParent();
		}
		assertThat(directory).as("directory of the project").isNotNull();
		return directory;
	}

}

package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The documents of the project, for tests that hold them to what is true.
 */
public final class Documents {

	private Documents() {
	}

	/**
	 * Read a document.
	 * @param document its path in the project
	 * @return its text
	 */
	public static String read(String document) {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve("CONTRIBUTING.md"))) {
			directory = directory.getParent();
		}
		if (directory == null) {
			throw new IllegalStateException("The directory of the project is not above this one");
		}
		try {
			return Files.readString(directory.resolve(document));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the examples in a document that are set apart as of a language.
	 * @param document its path in the project
	 * @param language the language
	 * @return the examples
	 * @throws IllegalStateException if there is none
	 */
	public static List<String> blocks(String document, String language) {
		List<String> blocks = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(read(document))
			.results()
			.map((block) -> block.group(1))
			.toList();
		if (blocks.isEmpty()) {
			throw new IllegalStateException(document + " has no examples of " + language);
		}
		return blocks;
	}

}

package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import io.github.ratelimit.Algorithm;

/**
 * Draws each algorithm under the same traffic, from a real run.
 */
public final class AlgorithmPictures {

	private AlgorithmPictures() {
	}

	/**
	 * Write the pictures.
	 * @param args the directory to write to, by default {@code docs/images}
	 * @throws IOException if they cannot be written
	 */
	public static void main(String[] args) throws IOException {
		Path directory = Path.of((args.length > 0) ? args[0] : "docs/images");
		Files.createDirectories(directory);
		for (Map.Entry<String, String> picture : draw().entrySet()) {
			Files.writeString(directory.resolve(picture.getKey()), picture.getValue());
		}
	}

	/**
	 * Return the pictures.
	 * @return the pictures, by the names of their files
	 */
	static Map<String, String> draw() {
		Map<String, String> pictures = new TreeMap<>();
		for (Algorithm algorithm : Algorithm.values()) {
			pictures.put(Report.name(algorithm) + ".svg", new AlgorithmPicture(algorithm).draw());
		}
		return pictures;
	}

}

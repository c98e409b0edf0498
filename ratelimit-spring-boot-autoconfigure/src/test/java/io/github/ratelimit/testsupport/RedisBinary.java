package io.github.ratelimit.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

import redis.embedded.core.ExecutableProvider;

/**
 * The programs of Redis servers there are on this machine.
 */
final class RedisBinary {

	private static final String NAME = "redis-server";

	private RedisBinary() {
	}

	/**
	 * Find the server that is installed.
	 * @param searchPath directories, separated as in the environment variable PATH
	 * @return the program, if there is one
	 */
	static Optional<Path> onPath(String searchPath) {
		return Pattern.compile(Pattern.quote(File.pathSeparator))
			.splitAsStream(searchPath)
			.filter((directory) -> !directory.isEmpty())
			.map((directory) -> Path.of(directory, NAME))
			.filter((program) -> Files.isRegularFile(program) && Files.isExecutable(program))
			.findFirst();
	}

	/**
	 * Unpack the server that comes with a test dependency.
	 * @return the program, which is removed when this process ends
	 */
	static Path embedded() {
		try {
			File directory = Files.createTempDirectory("ratelimit-embedded-redis").toFile();
			directory.deleteOnExit();
			File program = ExecutableProvider.newJarResourceProvider(directory).get();
			program.deleteOnExit();
			return program.toPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

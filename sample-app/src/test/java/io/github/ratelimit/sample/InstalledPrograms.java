package io.github.ratelimit.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Programs of this machine, and those of PostgreSQL that come with a test dependency.
 */
final class InstalledPrograms {

	private static final Path DISTRIBUTION = Path.of("/usr/lib/postgresql");

	private InstalledPrograms() {
	}

	static boolean has(String program) {
		String path = Objects.requireNonNullElse(System.getenv("PATH"), "") + File.pathSeparator + "/usr/sbin";
		return Stream.of(path.split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	/**
	 * Return where {@code initdb} and {@code postgres} are.
	 */
	static Path postgres() {
		return newest(DISTRIBUTION).orElseGet(InstalledPrograms::unpacked);
	}

	/**
	 * A server that is started unpacks its programs, and leaves them there.
	 */
	private static Path unpacked() {
		try {
			Path directory = Files.createTempDirectory("limiter-postgres-programs");
			EmbeddedPostgres.builder().setOverrideWorkingDirectory(directory.toFile()).start().close();
			return newest(directory).orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Optional<Path> newest(Path directory) {
		if (!Files.isDirectory(directory)) {
			return Optional.empty();
		}
		try (Stream<Path> versions = Files.list(directory)) {
			return versions.map((version) -> version.resolve("bin"))
				.filter((programs) -> Files.isExecutable(programs.resolve("initdb")))
				.max(Comparator.naturalOrder());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

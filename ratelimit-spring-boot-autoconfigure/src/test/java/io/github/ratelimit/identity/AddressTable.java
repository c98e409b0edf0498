package io.github.ratelimit.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Reads the tables of cases: a line for each, with {@code |} between its cells, and
 * comments that begin with {@code #}.
 */
final class AddressTable {

	private AddressTable() {
	}

	static List<List<String>> read(String name) {
		try (InputStream in = Objects.requireNonNull(AddressTable.class.getResourceAsStream(name), name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.map((line) -> Stream.of(line.split("\\|")).map(String::strip).toList())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

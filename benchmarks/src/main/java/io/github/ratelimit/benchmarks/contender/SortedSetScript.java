package io.github.ratelimit.benchmarks.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The script of a log in a sorted set.
 */
public final class SortedSetScript {

	private SortedSetScript() {
	}

	/**
	 * Return the script.
	 * @return the text
	 */
	public static String text() {
		try (InputStream in = SortedSetScript.class
			.getResourceAsStream("/io/github/ratelimit/benchmarks/sorted-set-log.lua")) {
			return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

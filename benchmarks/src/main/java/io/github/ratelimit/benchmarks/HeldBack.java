package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What holds back aims that are not met, in the words of {@code held-back.properties}.
 */
final class HeldBack {

	private final Properties reasons = new Properties();

	HeldBack() {
		try (Reader reader = new InputStreamReader(
				Objects.requireNonNull(HeldBack.class.getResourceAsStream("held-back.properties")),
				StandardCharsets.UTF_8)) {
			this.reasons.load(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return what is to be said of the aims that are not met.
	 * @return a list, empty where all are met
	 */
	String of(List<Aim> aims) {
		return aims.stream()
			.filter((aim) -> !aim.met())
			.map((aim) -> "- %s: %s".formatted(aim.what(),
					this.reasons.getProperty(aim.id(), "what holds it back is not known.")))
			.collect(Collectors.joining("\n"));
	}

}

package io.github.ratelimit.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Whose count a request is charged to: what some sources say together, or what the first
 * says of others that stand in for them where one is missing. Immutable.
 *
 * @param sources the sources, whose keys are joined
 * @param fallbacks sources that are tried in this order where a key is missing
 * @param missing how a request is answered that all of them know nothing of, {@code null}
 * for what suits what is missing
 */
public record CallerKey(List<KeySource> sources, List<KeySource> fallbacks, @Nullable MissingKey missing) {

	/**
	 * The user where known, else the address.
	 */
	public static final CallerKey CLIENT = of(KeySource.CLIENT);

	/**
	 * The address, whoever is calling.
	 */
	public static final CallerKey IP = of(KeySource.IP);

	/**
	 * Check the key.
	 * @throws IllegalArgumentException if there is no source
	 */
	public CallerKey {
		sources = List.copyOf(sources);
		fallbacks = List.copyOf(fallbacks);
		if (sources.isEmpty()) {
			throw new IllegalArgumentException("A key needs at least one source");
		}
	}

	private static CallerKey of(KeySource source) {
		return new CallerKey(List.of(source), List.of(), null);
	}

	/**
	 * Return the key of a caller.
	 * @param caller who is calling
	 * @return the key, such as {@code user:alice} or {@code ip:203.0.113.7}
	 * @throws MissingKeyException if it is not known
	 */
	public String of(Caller caller) {
		List<KeySource> missing = new ArrayList<>(0);
		String key = joined(caller, missing);
		for (int i = 0; key == null && i < this.fallbacks.size(); i++) {
			key = keyOf(this.fallbacks.get(i), caller, missing);
		}
		if (key == null) {
			throw new MissingKeyException(this, missing);
		}
		return key;
	}

	private @Nullable String joined(Caller caller, List<KeySource> missing) {
		if (this.sources.size() == 1) {
			return keyOf(this.sources.get(0), caller, missing);
		}
		List<String> keys = new ArrayList<>(this.sources.size());
		for (KeySource source : this.sources) {
			keys.add(String.valueOf(keyOf(source, caller, missing)));
		}
		return (missing.isEmpty()) ? String.join(String.valueOf(KeyText.SEPARATOR), keys) : null;
	}

	private static @Nullable String keyOf(KeySource source, Caller caller, List<KeySource> missing) {
		String key = source.key(caller);
		if (key == null) {
			missing.add(source);
		}
		return key;
	}

	/**
	 * Return all sources, those that stand in for others too.
	 * @return the sources
	 */
	public Stream<KeySource> all() {
		return Stream.concat(this.sources.stream(), this.fallbacks.stream());
	}

	/**
	 * Return the key in the words of the configuration.
	 */
	@Override
	public String toString() {
		String joined = this.sources.stream().map(KeySource::toString).collect(Collectors.joining(" and "));
		return (this.fallbacks.isEmpty()) ? joined
				: joined + this.fallbacks.stream()
					.map(KeySource::toString)
					.collect(Collectors.joining(", else ", ", else ", ""));
	}

}

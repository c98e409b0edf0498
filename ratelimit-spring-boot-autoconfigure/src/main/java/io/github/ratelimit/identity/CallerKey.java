package io.github.ratelimit.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Whose count a request is charged to: what some sources say together, or what the first
 * says of others that stand in for them where one is missing. Immutable.
 *
 * @param sources the sources, whose keys are joined
 * @param fallbacks sources that are tried in this order where a key is missing
 * @param missing how a request is answered that all of them know nothing of
 */
public record CallerKey(List<KeySource> sources, List<KeySource> fallbacks, MissingKey missing) {

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
		Objects.requireNonNull(missing, "missing must not be null");
		if (sources.isEmpty()) {
			throw new IllegalArgumentException("A key needs at least one source");
		}
	}

	private static CallerKey of(KeySource source) {
		return new CallerKey(List.of(source), List.of(), MissingKey.BAD_REQUEST);
	}

	/**
	 * Return the key of a caller.
	 * @param caller who is calling
	 * @return the key, such as {@code user:alice} or {@code ip:203.0.113.7}
	 * @throws MissingKeyException if it is not known
	 */
	public String of(Caller caller) {
		String joined = joined(caller);
		if (joined != null) {
			return joined;
		}
		for (KeySource fallback : this.fallbacks) {
			String key = fallback.key(caller);
			if (key != null) {
				return key;
			}
		}
		throw new MissingKeyException(this, headers());
	}

	private @Nullable String joined(Caller caller) {
		if (this.sources.size() == 1) {
			return this.sources.get(0).key(caller);
		}
		List<String> keys = new ArrayList<>(this.sources.size());
		for (KeySource source : this.sources) {
			String key = source.key(caller);
			if (key == null) {
				return null;
			}
			keys.add(key);
		}
		return String.join(String.valueOf(KeyText.SEPARATOR), keys);
	}

	/**
	 * Return the header fields that the key is taken from.
	 */
	private List<String> headers() {
		return all().map(KeySource::header).filter(Objects::nonNull).distinct().toList();
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

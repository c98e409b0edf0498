package io.github.ratelimit.identity;

import java.io.Serial;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Thrown where it is not known whose count a call is charged to. Nothing was charged.
 */
public class MissingKeyException extends IllegalStateException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final MissingKey answer;

	private final String key;

	private final List<String> headers;

	MissingKeyException(CallerKey key, List<KeySource> missing) {
		super("It is not known whose count the call is charged to: " + words(missing) + " is missing. "
				+ "Calls that no HTTP request makes need a key of their own, @RateLimited(key = \"...\")");
		this.answer = (key.missing() != null) ? key.missing() : answer(missing);
		this.headers = missing.stream().map(KeySource::header).filter(Objects::nonNull).distinct().toList();
		this.key = words(missing);
	}

	/**
	 * Return the answer that suits what is missing: who it is, or something else.
	 */
	private static MissingKey answer(List<KeySource> missing) {
		return (missing.stream().anyMatch(KeySource::isCredential)) ? MissingKey.UNAUTHORIZED : MissingKey.BAD_REQUEST;
	}

	private static String words(List<KeySource> missing) {
		return missing.stream().map(KeySource::toString).collect(Collectors.joining(" or "));
	}

	/**
	 * Return what is missing.
	 * @return sources in the words of the configuration
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Return how a request is answered.
	 * @return the answer
	 */
	public MissingKey getAnswer() {
		return this.answer;
	}

	/**
	 * Return the header fields of a request that could tell.
	 * @return their names, empty if none could
	 */
	public List<String> getHeaders() {
		return this.headers;
	}

}

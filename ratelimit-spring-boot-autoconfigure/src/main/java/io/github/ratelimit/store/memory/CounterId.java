package io.github.ratelimit.store.memory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;

/**
 * What a counter is found by in memory. Long parts of it stand as a hash, whose mark
 * nothing else begins with: keys may be as long as a caller likes.
 * <p>
 * Comparable so that a map finds it in a few steps, also among many of the same hash
 * code, which callers can make on purpose. Nobody changes one that a map holds; one to
 * look others up with can be used again, so that none is made for it.
 */
final class CounterId implements Comparable<CounterId> {

	/**
	 * Characters of the longest part that stands as it is.
	 */
	static final int MAX_PART = 128;

	private static final String HASH_MARK = "%sha256:";

	private static final int HASH_BYTES = 16;

	private static final Comparator<CounterId> ORDER = Comparator.comparing(CounterId::key)
		.thenComparing((id) -> id.name)
		.thenComparing((id) -> id.limit)
		.thenComparing((id) -> id.algorithm);

	private String name;

	private String key;

	private String limit;

	private Algorithm algorithm;

	/**
	 * Create an identity.
	 * @param name name of the limiter, {@linkplain #part(String) as it is kept}
	 * @param key whose count it is, as it is kept
	 * @param limit name of the limit
	 * @param algorithm how units are counted
	 */
	CounterId(String name, String key, String limit, Algorithm algorithm) {
		this.name = name;
		this.key = key;
		this.limit = limit;
		this.algorithm = algorithm;
	}

	static CounterId of(Counter counter) {
		return new CounterId(part(counter.name()), part(counter.key()), counter.limit().name(),
				counter.limit().algorithm());
	}

	/**
	 * Return an identity to look others up with.
	 */
	static CounterId probe() {
		return new CounterId("", "", "", Algorithm.TOKEN_BUCKET);
	}

	/**
	 * Make this that of another counter. Only for one that no map holds.
	 */
	CounterId set(String name, String key, Limit limit) {
		this.key = key;
		// Mostly that of the last one, and to write a reference is not free
		if (this.name != name) {
			this.name = name;
		}
		if (this.limit != limit.name()) {
			this.limit = limit.name();
		}
		if (this.algorithm != limit.algorithm()) {
			this.algorithm = limit.algorithm();
		}
		return this;
	}

	String name() {
		return this.name;
	}

	String key() {
		return this.key;
	}

	/**
	 * Return how a name or key is kept.
	 */
	static String part(String text) {
		return (text.length() <= MAX_PART && !text.startsWith(HASH_MARK)) ? text : HASH_MARK + hash(text);
	}

	/**
	 * Hash the characters: not every text has a form in UTF-8.
	 */
	private static String hash(String text) {
		ByteBuffer characters = ByteBuffer.allocate(text.length() * Character.BYTES);
		characters.asCharBuffer().put(text);
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(characters.array());
			return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CounterId id && this.key.equals(id.key) && this.name.equals(id.name)
				&& this.limit.equals(id.limit) && this.algorithm == id.algorithm;
	}

	@Override
	public int hashCode() {
		return ((this.key.hashCode() * 31 + this.name.hashCode()) * 31 + this.limit.hashCode()) * 31
				+ this.algorithm.ordinal();
	}

	@Override
	public int compareTo(CounterId other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return this.name + ":" + this.key + ":" + this.limit + ":" + this.algorithm;
	}

}

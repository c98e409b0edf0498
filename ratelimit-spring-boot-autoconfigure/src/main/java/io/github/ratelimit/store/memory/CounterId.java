package io.github.ratelimit.store.memory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;

/**
 * What a counter is found by in memory. Long parts of it stand as a hash, whose mark
 * nothing else begins with: keys may be as long as a caller likes.
 * <p>
 * Comparable so that a map finds it in a few steps, also among many of the same hash
 * code, which callers can make on purpose.
 *
 * @param name name of the limiter
 * @param key whose count it is
 * @param limit name of the limit
 * @param algorithm how units are counted
 */
record CounterId(String name, String key, String limit, Algorithm algorithm) implements Comparable<CounterId> {

	/**
	 * Characters of the longest part that stands as it is.
	 */
	static final int MAX_PART = 128;

	private static final String HASH_MARK = "%sha256:";

	private static final int HASH_BYTES = 16;

	private static final Comparator<CounterId> ORDER = Comparator.comparing(CounterId::key)
		.thenComparing(CounterId::name)
		.thenComparing(CounterId::limit)
		.thenComparing(CounterId::algorithm);

	static CounterId of(Counter counter) {
		return new CounterId(part(counter.name()), part(counter.key()), counter.limit().name(),
				counter.limit().algorithm());
	}

	private static String part(String text) {
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
	public int compareTo(CounterId other) {
		return ORDER.compare(this, other);
	}

}

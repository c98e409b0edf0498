package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;

/**
 * The names that counters have in Redis:
 * {@code rate_limit:<application>:<name>:{<key>}[:<limit>][~<algorithm>]}. The limit's
 * name is left out where it is the tier's, which the counter's name says already, and the
 * algorithm where it is a token bucket.
 * <p>
 * No two counters have one name: what is a sign of this form in a part of it, is not
 * printable ASCII, or is the escape itself stands as its UTF-8 bytes in hex, and parts
 * that are then too long, or have no UTF-8 form because a surrogate in them has no
 * partner, as a hash, whose mark nothing else can begin with.
 */
final class RedisKeys {

	private static final int MAX_PART = 128;

	private static final String HASH_MARK = "%sha256:";

	private static final String UTF_16_HASH_MARK = "%utf16-sha256:";

	private final String prefix;

	RedisKeys(String application) {
		this.prefix = "rate_limit:" + part(application) + ":";
	}

	byte[] key(Counter counter) {
		String caller = this.prefix + part(counter.name()) + ":{" + callerPart(counter.key()) + "}";
		String limit = counter.limit().name();
		String suffix = suffix(counter.limit().algorithm());
		String key = (isTier(limit, counter.name())) ? caller + suffix : caller + ":" + limit + suffix;
		return key.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return the name of the set of the application's instances, which no counter has:
	 * there a further colon follows, and none stands in a part.
	 */
	byte[] instances() {
		return (this.prefix + "instances").getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return the name of the copy of the application's rules, and of the channel on which
	 * its instances tell each other that they have changed. No counter has it either.
	 */
	byte[] rules() {
		return (this.prefix + "rules").getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return the name of the channel on which the application's instances tell each other
	 * that counters have got units back.
	 */
	byte[] changes() {
		return (this.prefix + "changes").getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return what tells counts in other ways apart. No limit's name has the sign.
	 */
	private static String suffix(Algorithm algorithm) {
		return switch (algorithm) {
			case TOKEN_BUCKET -> "";
			case FIXED_WINDOW -> "~fixed";
			case SLIDING_WINDOW -> "~sliding";
			case SLIDING_WINDOW_COUNTER -> "~counter";
		};
	}

	private static boolean isTier(String limit, String name) {
		return name.startsWith(limit) && (name.length() == limit.length() || name.indexOf('@') == limit.length());
	}

	private static String part(String text) {
		return escape(text, true);
	}

	/**
	 * The caller's key stands in braces, so colons in it end nothing and stay readable.
	 */
	private static String callerPart(String text) {
		return escape(text, false);
	}

	private static String escape(String text, boolean colon) {
		if (text.length() <= MAX_PART && isPlain(text, colon)) {
			return text;
		}
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
			ByteBuffer utf16 = ByteBuffer.allocate(text.length() * Character.BYTES);
			utf16.asCharBuffer().put(text);
			return UTF_16_HASH_MARK + hash(utf16.array());
		}
		StringBuilder escaped = new StringBuilder(text.length() + 16);
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		for (byte b : bytes) {
			if (isPlain(b, colon)) {
				escaped.append((char) b);
			}
			else {
				escaped.append('%').append(HexFormat.of().toHexDigits(b));
			}
			if (escaped.length() > MAX_PART) {
				return HASH_MARK + hash(bytes);
			}
		}
		return escaped.toString();
	}

	private static boolean isPlain(String text, boolean colon) {
		for (int i = 0; i < text.length(); i++) {
			if (!isPlain(text.charAt(i), colon)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isPlain(int c, boolean colon) {
		return c > ' ' && c < 0x7f && c != '{' && c != '}' && c != '%' && !(colon && c == ':');
	}

	private static String hash(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}

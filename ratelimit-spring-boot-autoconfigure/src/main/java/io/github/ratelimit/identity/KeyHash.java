package io.github.ratelimit.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * A keyed hash that stands for a secret, or for something long, in a key: 128 bits of
 * HMAC-SHA-256 (RFC 2104). Without the secret nobody can try out what a hash stands for.
 * Instances that share counts have to share the secret. Safe for use by many threads.
 */
public final class KeyHash {

	/**
	 * Least number of characters of a secret.
	 */
	public static final int MIN_SECRET_LENGTH = 16;

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 16;

	// Not a secret: an HMAC cannot be without a key
	private static final String NO_SECRET = "io.github.ratelimit";

	private final SecretKeySpec key;

	private KeyHash(String secret) {
		this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
	}

	/**
	 * Return a hash with a secret, or with none.
	 * @param secret the secret, {@code null} for none: then whoever sees a hash can try
	 * out what it stands for
	 * @return the hash
	 * @throws IllegalArgumentException if the secret has fewer than
	 * {@value #MIN_SECRET_LENGTH} characters; the message does not contain it
	 */
	public static KeyHash withSecret(@Nullable String secret) {
		if (secret != null && secret.strip().length() < MIN_SECRET_LENGTH) {
			throw new IllegalArgumentException("it has fewer than " + MIN_SECRET_LENGTH + " characters");
		}
		return new KeyHash((secret != null) ? secret : NO_SECRET);
	}

	/**
	 * Return the hash of a text. It is that of its UTF-16 form, which any text has.
	 * @param text the text
	 * @return 32 hexadecimal digits
	 */
	String of(CharSequence text) {
		ByteBuffer utf16 = ByteBuffer.allocate(text.length() * Character.BYTES);
		utf16.asCharBuffer().append(text);
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return HexFormat.of().formatHex(mac.doFinal(utf16.array()), 0, BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

}

package io.github.ratelimit.example;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.ratelimit.Counter;

/**
 * Keys of counters in a table. A hash is short whatever a caller sends, and the lengths
 * in it keep parts apart: no two counters have one key.
 */
final class TableKeys {

	private TableKeys() {
	}

	static String key(Counter.Id id) {
		String text = part(id.name()) + part(id.key()) + part(id.limit()) + id.algorithm();
		ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
		bytes.asCharBuffer().put(text);
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static String part(String text) {
		return text.length() + ":" + text;
	}

}

package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as scripts take and return them.
 */
final class ScriptNumbers {

	/**
	 * Bytes of a number in what scripts return.
	 */
	static final int BYTES = 7;

	private ScriptNumbers() {
	}

	static byte[] argument(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	static long next(ByteBuffer reply) {
		long high = reply.getInt() & 0xffffffffL;
		long low = ((reply.get() & 0xffL) << 16) | (reply.getShort() & 0xffffL);
		return (high << 24) | low;
	}

	static void put(ByteBuffer packed, long number) {
		packed.putInt((int) (number >> 24)).put((byte) (number >> 16)).putShort((short) number);
	}

}

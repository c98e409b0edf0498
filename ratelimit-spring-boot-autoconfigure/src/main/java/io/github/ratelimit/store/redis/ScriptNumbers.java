package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as scripts take and return them.
 */
final class ScriptNumbers {

	/**
	 * Bytes of a number where it is packed.
	 */
	static final int BYTES = 7;

	private ScriptNumbers() {
	}

	static byte[] argument(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Return numbers as one argument, a given number of bytes longer.
	 */
	static ByteBuffer packed(int more, long... numbers) {
		ByteBuffer packed = ByteBuffer.allocate(numbers.length * BYTES + more);
		for (long number : numbers) {
			put(packed, number);
		}
		return packed;
	}

	static byte[] packed(long... numbers) {
		return packed(0, numbers).array();
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

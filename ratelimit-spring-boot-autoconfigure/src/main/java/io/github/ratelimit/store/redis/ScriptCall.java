package io.github.ratelimit.store.redis;

import java.util.concurrent.CompletableFuture;

/**
 * One call of a script, and what becomes of it.
 */
final class ScriptCall extends CompletableFuture<byte[]> {

	private final byte[][] keys;

	private final byte[][] arguments;

	private final long deadlineNanos;

	/**
	 * Create a call.
	 * @param deadlineNanos when nobody waits for the answer any more
	 */
	ScriptCall(byte[][] keys, byte[][] arguments, long deadlineNanos) {
		this.keys = keys;
		this.arguments = arguments;
		this.deadlineNanos = deadlineNanos;
	}

	byte[][] keys() {
		return this.keys;
	}

	byte[][] arguments() {
		return this.arguments;
	}

	boolean isLate(long nanos) {
		return nanos - this.deadlineNanos > 0;
	}

}

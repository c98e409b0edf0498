package io.github.ratelimit.store.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * One call of a script, and what becomes of it.
 */
final class ScriptCall<T> extends CompletableFuture<T> {

	private final byte[][] keys;

	private final byte[][] arguments;

	private final long deadlineNanos;

	private final Function<byte[], T> reader;

	private final Function<Throwable, CompletionStage<T>> otherwise;

	/**
	 * Create a call.
	 * @param deadlineNanos when nobody waits for the answer any more
	 * @param reader reads the answer
	 * @param otherwise gives what stands for one where there is none, or none that can be
	 * read, and is told why
	 */
	ScriptCall(byte[][] keys, byte[][] arguments, long deadlineNanos, Function<byte[], T> reader,
			Function<Throwable, CompletionStage<T>> otherwise) {
		this.keys = keys;
		this.arguments = arguments;
		this.deadlineNanos = deadlineNanos;
		this.reader = reader;
		this.otherwise = otherwise;
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

	/**
	 * Complete with what was answered, or with what there is otherwise.
	 */
	void end(byte @Nullable [] answer, @Nullable Throwable error) {
		try {
			if (answer != null && error == null) {
				complete(this.reader.apply(answer));
				return;
			}
			fail((error != null) ? error : new NullPointerException("Redis answered nothing"));
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	void fail(Throwable error) {
		try {
			this.otherwise.apply(error).whenComplete((value, cause) -> {
				if (cause != null) {
					completeExceptionally(cause);
				}
				else {
					complete(value);
				}
			});
		}
		catch (Throwable ex) {
			completeExceptionally(ex);
		}
	}

}

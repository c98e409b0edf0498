package io.github.ratelimit.resilience;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A question that waits for its answer, in the order of its {@link Deadlines}.
 */
abstract class Question<T> extends CompletableFuture<T> {

	/**
	 * The question before this one, {@code null} while it is not asked and after it has
	 * ended.
	 */
	@Nullable Question<?> before;

	/**
	 * The question after this one.
	 */
	@Nullable Question<?> after;

	/**
	 * When nobody waits for the answer any more.
	 */
	long deadlineNanos;

	/**
	 * Say that the time is over, after it has ended.
	 */
	abstract void late();

}

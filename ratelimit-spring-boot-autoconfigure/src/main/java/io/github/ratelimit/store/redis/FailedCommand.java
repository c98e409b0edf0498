package io.github.ratelimit.store.redis;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;

/**
 * Why Redis did not do something, and so whether another connection may help.
 *
 * @param cause the reason
 */
record FailedCommand(Throwable cause) {

	static FailedCommand of(Throwable error) {
		return new FailedCommand(
				(error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error);
	}

	/**
	 * Return whether nothing was answered although there is a connection.
	 */
	boolean isUnanswered() {
		return this.cause instanceof TimeoutException || this.cause instanceof RedisCommandTimeoutException
				|| this.cause instanceof TooManyCommandsException;
	}

	/**
	 * Return whether the server turns the limiter away, as another one behind the same
	 * name, or this one after a new login, may not.
	 */
	boolean isTurnedAway() {
		return isAnswer() && Stream.of("READONLY", "NOAUTH", "WRONGPASS").anyMatch(this::isError);
	}

	/**
	 * Redis before 7.0 puts what a command of a script fails with inside another text.
	 */
	private boolean isError(String code) {
		String message = this.cause.getMessage();
		return message != null && (message.startsWith(code + " ") || message.contains("-" + code + " "));
	}

	boolean isAnswer() {
		return this.cause instanceof RedisCommandExecutionException;
	}

}

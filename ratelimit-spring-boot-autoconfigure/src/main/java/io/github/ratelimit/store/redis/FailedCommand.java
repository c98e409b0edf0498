package io.github.ratelimit.store.redis;

import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;

/**
 * Why Redis did not do something, and so whether another connection may help.
 *
 * @param cause the reason
 */
record FailedCommand(Throwable cause) {

	// A script that fails says in which line; what a command in it fails with, after that
	private static final Pattern OF_KEYS = Pattern
		.compile("^(ERR .*: |.*-)?WRONGTYPE |^ERR (.*: )?user_script:\\d+: [a-z]");

	static FailedCommand of(Throwable error) {
		return new FailedCommand(
				(error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error);
	}

	/**
	 * Return whether the server turns the limiter away, as another one behind the same
	 * name, or this one after a new login, may not.
	 */
	boolean isTurnedAway() {
		return Stream.of("READONLY", "NOAUTH", "WRONGPASS").anyMatch(this::isAnswer);
	}

	/**
	 * Return whether the server works, and could not do it with what it keeps under the
	 * names that were given: something of another kind, or a value on which a script
	 * itself fails. Other errors inside of a script, of rights or memory, are the
	 * server's.
	 */
	boolean isOfKeys() {
		String message = this.cause.getMessage();
		return isAnswer() && message != null && OF_KEYS.matcher(message).find();
	}

	/**
	 * Return whether the server answered with the given error. Redis before 7.0 puts what
	 * a command of a script fails with inside another text.
	 */
	boolean isAnswer(String code) {
		String message = this.cause.getMessage();
		return isAnswer() && message != null && (message.startsWith(code + " ") || message.contains("-" + code + " "));
	}

	/**
	 * Return whether the server answered, with an error.
	 */
	boolean isAnswer() {
		return this.cause instanceof RedisCommandExecutionException;
	}

}

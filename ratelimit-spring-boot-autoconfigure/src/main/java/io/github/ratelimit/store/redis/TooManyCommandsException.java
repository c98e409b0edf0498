package io.github.ratelimit.store.redis;

import io.lettuce.core.RedisException;

/**
 * Thrown where a command is not sent because too many others wait for an answer.
 */
final class TooManyCommandsException extends RedisException {

	TooManyCommandsException(int waiting) {
		super(waiting + " requests wait for Redis to answer");
	}

}

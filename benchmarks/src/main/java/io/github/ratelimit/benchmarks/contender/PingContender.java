package io.github.ratelimit.benchmarks.contender;

import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;

/**
 * Asks nothing, and waits for the answer.
 */
final class PingContender extends LettuceContender<String, String> {

	private final RedisCommands<String, String> commands = connection().sync();

	PingContender(Setup setup) {
		super(setup, StringCodec.UTF8);
	}

	@Override
	public boolean tryAcquire(String key) {
		this.commands.ping();
		return true;
	}

}

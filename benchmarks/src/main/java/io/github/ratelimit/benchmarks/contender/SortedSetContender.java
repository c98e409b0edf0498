package io.github.ratelimit.benchmarks.contender;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;

/**
 * A log in a sorted set, one member for each unit.
 */
final class SortedSetContender extends LettuceContender<String, String> {

	private final AtomicLong micros = new AtomicLong();

	private final RedisCommands<String, String> commands = connection().sync();

	private final String digest;

	private final String units;

	private final String windowMicros;

	SortedSetContender(Setup setup) {
		super(setup, StringCodec.UTF8);
		this.digest = this.commands.scriptLoad(SortedSetScript.text());
		this.units = Integer.toString(setup.quota().units());
		this.windowMicros = Long.toString(setup.quota().seconds() * 1_000_000L);
	}

	@Override
	public boolean tryAcquire(String key) {
		List<Long> answer = this.commands.evalsha(this.digest, ScriptOutputType.MULTI,
				new String[] { "log:{" + key + "}" }, Long.toString(now()), this.units, this.windowMicros, "1");
		return answer.get(0) == 1;
	}

	/**
	 * Return the time, another one to each call: calls of one time would be one member.
	 */
	private long now() {
		long now = System.currentTimeMillis() * 1_000;
		return this.micros.accumulateAndGet(now, (last, time) -> Math.max(last + 1, time));
	}

}

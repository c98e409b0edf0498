package io.github.ratelimit.benchmarks.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;

/**
 * The script that Spring Cloud Gateway's {@code RedisRateLimiter} runs, taken from its
 * archive and called with the keys and arguments that it calls it with. What is reactive
 * around it is left out, which is in its favour.
 * <p>
 * Its rates are for a second. As its documentation says, a request takes as many units as
 * the window has seconds where the rate is for more than one.
 */
final class GatewayScriptContender extends LettuceContender<String, String> {

	private static final String SCRIPT = "/META-INF/scripts/request_rate_limiter.lua";

	private final RedisCommands<String, String> commands = connection().sync();

	private final String digest;

	private final String rate;

	private final String capacity;

	private final String requested;

	GatewayScriptContender(Setup setup) {
		super(setup, StringCodec.UTF8);
		this.digest = this.commands.scriptLoad(script());
		this.rate = Integer.toString(setup.quota().units());
		this.capacity = Long.toString((long) setup.quota().units() * setup.quota().seconds());
		this.requested = Integer.toString(setup.quota().seconds());
	}

	private static String script() {
		try (InputStream in = GatewayScriptContender.class.getResourceAsStream(SCRIPT)) {
			return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public boolean tryAcquire(String key) {
		String prefix = "request_rate_limiter.{route." + key + "}.";
		List<Long> answer = this.commands.evalsha(this.digest, ScriptOutputType.MULTI,
				new String[] { prefix + "tokens", prefix + "timestamp" }, this.rate, this.capacity, "", this.requested);
		return answer.get(0) == 1;
	}

}

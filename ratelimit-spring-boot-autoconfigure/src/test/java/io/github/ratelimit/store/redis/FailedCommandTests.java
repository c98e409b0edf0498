package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link FailedCommand} with what servers, the newest at hand and the oldest
 * supported, really say.
 */
class FailedCommandTests {

	private static final String WRITE = "return redis.call('SET', KEYS[1], 'value')";

	static List<Supplier<RedisProcess>> servers() {
		return List.of(RedisServers::dedicated, RedisServers::embedded);
	}

	@ParameterizedTest
	@MethodSource("servers")
	void errorsOfAKeyAreToldFromThoseOfTheServer(Supplier<RedisProcess> started) {
		try (RedisProcess server = started.get()) {
			RedisClient client = RedisClient.create(server.uri());
			try {
				check(client.connect().sync());
			}
			finally {
				client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
			}
		}
	}

	private static void check(RedisCommands<String, String> redis) {
		redis.lpush("key", "somebody's");
		assertThat(failure(redis, "return redis.call('GET', KEYS[1])").isOfKeys()).isTrue();
		assertThat(failure(redis, "return struct.unpack('>I7', 'short')").isOfKeys()).isTrue();
		assertThat(failure(redis, "local missing\nreturn missing + 1").isOfKeys()).isTrue();
		assertThat(failure(redis, "no script").isOfKeys()).isFalse();
		assertThat(failure(redis, "return redis.error_reply('BUSY doing other things')").isOfKeys()).isFalse();
		redis.configSet("maxmemory", "1");
		assertThat(failure(redis, WRITE)).satisfies((failed) -> {
			assertThat(failed.isAnswer("OOM")).isTrue();
			assertThat(failed.isOfKeys()).isFalse();
		});
		redis.configSet("maxmemory", "0");
		redis.configSet("min-replicas-to-write", "1");
		assertThat(failure(redis, WRITE).isOfKeys()).isFalse();
		redis.configSet("min-replicas-to-write", "0");
		redis.replicaof("127.0.0.1", 1);
		assertThat(failure(redis, WRITE).isOfKeys()).isFalse();
		redis.replicaofNoOne();
		redis.aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.SET));
		assertThat(failure(redis, WRITE).isOfKeys()).isFalse();
	}

	@Test
	void whatIsNoAnswerIsNotOfKeys() {
		assertThat(FailedCommand.of(new CompletionException(new RedisException("WRONGTYPE in a text"))).isOfKeys())
			.isFalse();
		assertThat(FailedCommand.of(new IllegalStateException()).isOfKeys()).isFalse();
	}

	private static FailedCommand failure(RedisCommands<String, String> redis, String script) {
		return FailedCommand.of(catchThrowable(() -> redis.eval(script, ScriptOutputType.VALUE, "key")));
	}

}

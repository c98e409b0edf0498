package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisChannels} on a real Redis of their own.
 */
class RedisChannelsTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(500);

	private RedisProcess server;

	private RedisConnection connection;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.connection = RedisConnection.to(RedisAddress.of(RedisURI.create(this.server.uri())),
				new RedisClientSettings(null, null, LONG, SHORT));
		this.connection.open();
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.server.close();
	}

	@Test
	void channelThatIsSubscribedToAnewAfterATryThatFailedIsHeardOnce() {
		List<String> heard = new CopyOnWriteArrayList<>();
		try (RedisProbe probe = RedisProbe.of(this.server.uri());
				PlainRedis redis = PlainRedis.of(this.server.port())) {
			listen("first", heard);
			await().atMost(LONG).until(() -> isSubscribed(redis, "first"));
			probe.clearCommandCalls();
			this.server.freeze();
			listen("second", heard);
			assertThat(this.connection.background().run(() -> {
			}, LONG)).isTrue();
			this.server.resume();
			await().atMost(LONG).until(() -> probe.commandCalls().getOrDefault("subscribe", 0L) > 1);
			redis.call("PUBLISH", "second", "a");
			redis.call("PUBLISH", "second", "b");
			await().atMost(LONG).until(() -> heard.contains("second: b"));
			assertThat(heard).containsExactly("second: a", "second: b");
		}
	}

	private void listen(String channel, List<String> heard) {
		this.connection.channels().listen(channel.getBytes(StandardCharsets.US_ASCII), new ChannelListener() {

			@Override
			public void message(byte[] message) {
				heard.add(channel + ": " + new String(message, StandardCharsets.US_ASCII));
			}

			@Override
			public void refused(String answer) {
				heard.add(channel + " refused: " + answer);
			}

		});
	}

	private static boolean isSubscribed(PlainRedis redis, String channel) {
		return redis.texts("PUBSUB", "NUMSUB", channel).get(1).equals("1");
	}

}

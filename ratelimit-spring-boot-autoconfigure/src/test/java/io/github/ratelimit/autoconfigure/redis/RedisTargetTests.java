package io.github.ratelimit.autoconfigure.redis;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisTarget}.
 */
class RedisTargetTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			redis://localhost                              | localhost     | 6379 | 0 | -     | -       | false
			redis://10.0.0.3:6380                          | 10.0.0.3      | 6380 | 0 | -     | -       | false
			redis://redis.example.org:6380/2               | redis.example.org | 6380 | 2 | - | -       | false
			rediss://redis.example.org                     | redis.example.org | 6379 | 0 | - | -       | true
			redis://:hunter2@localhost                     | localhost     | 6379 | 0 | -     | hunter2 | false
			redis://hunter2@localhost                      | localhost     | 6379 | 0 | -     | hunter2 | false
			redis://alice:hunter2@localhost                | localhost     | 6379 | 0 | alice | hunter2 | false
			rediss://alice:h%40%2F%23%25@localhost:6380/3  | localhost     | 6380 | 3 | alice | h@/#%   | true
			redis://alice:h@@localhost                     | localhost     | 6379 | 0 | alice | h@      | false
			redis://[2001:db8::1]:6380                     | [2001:db8::1] | 6380 | 0 | -     | -       | false
			redis://my_redis                               | my_redis      | 6379 | 0 | -     | -       | false
			redis://alice:hunter2@my_redis:6380/1          | my_redis      | 6380 | 1 | alice | hunter2 | false
			""")
	void addressSaysWhereRedisIs(String url, String host, int port, int database, String user, String password,
			boolean ssl) {
		RedisTarget target = RedisTarget.ofUrl(url, "REDIS_URL", null);
		RedisURI uri = target.address().nodes().get(0);
		RedisCredentials credentials = uri.getCredentialsProvider().resolveCredentials().block();
		assertThat(target.address().cluster()).isFalse();
		assertThat(uri.getHost()).isEqualTo(host);
		assertThat(uri.getPort()).isEqualTo(port);
		assertThat(uri.getDatabase()).isEqualTo(database);
		assertThat(credentials.getUsername()).isEqualTo(user);
		assertThat((credentials.hasPassword()) ? new String(credentials.getPassword()) : null).isEqualTo(password);
		assertThat(uri.isSsl()).isEqualTo(ssl);
		assertThat(target.chosenBy()).isEqualTo("REDIS_URL");
		assertThat(target.address()).hasToString(host + ":" + port + ((database != 0) ? "/" + database : ""));
	}

	@Test
	void addressOfSentinelsSaysWhereTheyAre() {
		RedisTarget target = RedisTarget.ofUrl("redis-sentinel://:hunter2@a:26379,b:26380/0#main", "REDIS_URL", null);
		assertThat(target.address()).hasToString("primary main of sentinels a:26379,b:26380");
	}

	@Test
	void addressOfASocketSaysWhereItIs() {
		RedisTarget target = RedisTarget.ofUrl("redis-socket:///run/redis.sock", "REDIS_URL", null);
		assertThat(target.address()).hasToString("/run/redis.sock");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://alice:hunt_er2@localhost:6379", "redis://alice:hunt_er2@localhost:port",
			"redis://alice:hunt_er2@", "alice:hunt_er2@localhost", "hunt_er2", "redis://alice:hunt er2@localhost",
			"redis://alice:hunt_er2%@localhost", "redis://alice:hunt_er2@localhost:99999999999",
			"redis://alice:hunt_er2@localhost:6379/first", "redis://alice:hunt#_er2@localhost",
			"redis://alice:hunt?_er2@localhost", "redis://alice:hunt/_er2@localhost", "redis://hunt#_er2@localhost",
			"redis://alice:1/2?hunt_er2@localhost", "redis-sentinel://:hunt#_er2@localhost/0#master",
			"redis://alice:hunt_er2@localhost:70000", "redis://alice:hunt_er2@my_redis:70000",
			"redis://alice:hunt_er2@localhost/-1", "redis://:0#hunt_er2@h" })
	void addressThatCannotBeReadIsNeverRepeated(String url) {
		assertThatExceptionOfType(InvalidRateLimitConfigurationException.class)
			.isThrownBy(() -> RedisTarget.ofUrl(url, "REDIS_URL", null))
			.satisfies((ex) -> {
				assertThat(ex).hasNoCause();
				assertThat(ex).hasMessage("Property REDIS_URL with value '(not shown, it may hold a password)' "
						+ "is invalid: it is not an address of Redis");
				assertThat(ex.getSuppressed()).isEmpty();
			});
	}

}

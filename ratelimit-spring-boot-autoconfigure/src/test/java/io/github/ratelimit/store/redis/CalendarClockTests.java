package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.LongSupplier;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Windows of the calendar on a real Redis whose clock is not that of the application.
 */
class CalendarClockTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static RedisConnection connection;

	@BeforeAll
	static void connect() {
		connection = RedisConnection.to(RedisAddress.of(RedisURI.create(RedisServers.shared().uri())),
				new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		connection.open();
	}

	@AfterAll
	static void disconnect() {
		connection.close();
	}

	@ParameterizedTest
	@CsvSource({ "10/m, PT0S", "10/m, PT50S", "10/m, PT-10M", "10/h, PT9600H", "10/d, PT36H", "10/d, PT-216H",
			"10/d, PT12000H", "10/w, PT720H", "10/month, PT-16800H" })
	void windowIsThatOfTheServersClock(String rate, Duration ahead) {
		Limit limit = Limit.of(rate).perCalendar(ZoneId.of("America/New_York"));
		Clocks clocks = new Clocks(Instant.parse("2024-11-03T05:30:00Z"), ahead);
		RedisRateLimitStore store = new RedisRateLimitStore(connection, "clocks-" + UUID.randomUUID(), clocks);
		assertThat(acquire(store, clocks, limit, 7)).satisfies((status) -> {
			assertThat(status.refused()).isFalse();
			assertThat(status.remaining()).isEqualTo(3);
		});
		LimitStatus refused = acquire(store, clocks, limit, 4);
		assertThat(refused.refused()).isTrue();
		assertThat(refused.remaining()).isEqualTo(3);
		assertThat(refused.retryAfter()).isEqualTo(refused.resetAfter()).isPositive();
		clocks.server = clocks.server.plus(refused.resetAfter()).minus(1, ChronoUnit.MICROS);
		assertThat(acquire(store, clocks, limit, 4).refused()).isTrue();
		clocks.server = clocks.server.plus(1, ChronoUnit.MICROS);
		assertThat(acquire(store, clocks, limit, 4).remaining()).isEqualTo(6);
	}

	private static LimitStatus acquire(RedisRateLimitStore store, Clocks clocks, Limit limit, long cost) {
		clocks.asked = 0;
		return store.acquire(new RateLimitRequest(TimedRedis.request("key", limit, cost).charges(), FailureMode.CLOSED))
			.toCompletableFuture()
			.join()
			.limits()
			.get(0);
	}

	/**
	 * Tells first the time of the application, by which windows are worked out, and then
	 * that of the server.
	 */
	private static final class Clocks implements LongSupplier {

		private final Duration ahead;

		private Instant server;

		private int asked;

		Clocks(Instant server, Duration ahead) {
			this.server = server;
			this.ahead = ahead;
		}

		@Override
		public long getAsLong() {
			Instant time = (this.asked++ == 0) ? this.server.plus(this.ahead) : this.server;
			return ChronoUnit.MICROS.between(Instant.EPOCH, time);
		}

	}

}

package io.github.ratelimit.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A hundred calls of the language model a day beside the limit by the second, as the
 * profile {@code daily-quota} has it, at a time that is moved.
 */
class DailyQuotaTests {

	// Ten in the evening in Berlin, of the day before its clocks are set forward
	private final AtomicLong microTime = new AtomicLong(micros("2026-03-28T21:00:00Z"));

	private final SampleInstance instance = SampleInstance
		.startWith(InMemoryRateLimitStore.create(1_000, this.microTime::get), "spring.profiles.active=daily-quota");

	private final SampleClient alice = this.instance.client().as("alice");

	@AfterEach
	void closeInstance() {
		this.instance.close();
	}

	@Test
	void hundredCallsADayAndThenNoneUntilMidnight() {
		SampleAnswer first = this.alice.get("/suggestions");
		assertThat(first.number("RateLimit-Limit")).isEqualTo(5);
		assertThat(first.number("RateLimit-Remaining")).isEqualTo(4);
		for (int i = 1; i < 100; i++) {
			advance(Duration.ofMillis(500));
			assertThat(this.alice.get("/suggestions").status()).isEqualTo(200);
		}
		advance(Duration.ofMillis(500));
		SampleAnswer refusal = this.alice.get("/suggestions");
		assertThat(refusal.status()).isEqualTo(429);
		assertThat(refusal.number("RateLimit-Limit")).isEqualTo(100);
		assertThat(refusal.number("RateLimit-Remaining")).isZero();
		assertThat(refusal.number("Retry-After")).isEqualTo(Duration.ofHours(2).minusSeconds(50).toSeconds());
		assertThat(refusal.json().path("rate").stringValue()).isEqualTo("100 requests/day");
		advance(Duration.ofHours(2).minusSeconds(50).minusNanos(1_000));
		assertThat(this.alice.get("/suggestions").status()).isEqualTo(429);
		advance(Duration.ofNanos(1_000));
		assertThat(this.alice.get("/suggestions").status()).isEqualTo(200);
		assertThat(resetAfterOfTheDay()).isEqualTo("PT23H");
	}

	@Test
	void refusalByTheSecondTakesNothingOfTheDay() {
		for (int i = 0; i < 20; i++) {
			this.alice.get("/suggestions");
		}
		JsonNode counts = counts();
		assertThat(counts.path(1).path("limit").path("name").stringValue()).isEqualTo("ai");
		assertThat(counts.path(1).path("remaining").longValue()).isZero();
		assertThat(counts.path(2).path("limit").path("name").stringValue()).isEqualTo("day");
		assertThat(counts.path(2).path("remaining").longValue()).isEqualTo(95);
	}

	@Test
	void otherPlansHaveNoSuchQuota() {
		assertThat(this.instance.client().get("/suggestions").number("RateLimit-Limit")).isEqualTo(2);
		assertThat(this.instance.client().as("paula").get("/suggestions").number("RateLimit-Limit")).isEqualTo(20);
	}

	private String resetAfterOfTheDay() {
		return counts().path(2).path("resetAfter").stringValue();
	}

	/**
	 * Return where alice stands: under the limit of anonymous callers, under the two of
	 * authenticated ones, and under that of premium users.
	 */
	private JsonNode counts() {
		return this.instance.client().as("ops").get("/actuator/ratelimiter/ai/user:alice").json().path("counts");
	}

	private void advance(Duration time) {
		this.microTime.addAndGet(time.toNanos() / 1_000);
	}

	private static long micros(String time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
	}

}

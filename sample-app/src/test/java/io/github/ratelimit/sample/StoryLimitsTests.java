package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the story API's numbers, to the unit and the microsecond, by a clock of the
 * test's own.
 */
class StoryLimitsTests {

	private static final AtomicLong microTime = new AtomicLong();

	private static SampleInstance instance;

	private static SampleClient client;

	@BeforeAll
	static void startInstance() {
		instance = SampleInstance.startWith(InMemoryRateLimitStore.create(1_000, microTime::get));
		client = instance.client();
	}

	@AfterAll
	static void closeInstance() {
		instance.close();
	}

	@BeforeEach
	void letAllUnitsComeBack() {
		advance(Duration.ofHours(1));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', nullValues = "-", value = { //
			"POST, /start-story, alice, 5, 500000", //
			"POST, /continue-story, alice, 5, 500000", //
			"POST, /end-story, alice, 5, 500000", //
			"GET, /suggestions, alice, 5, 500000", //
			"POST, /start-story, \"\", 2, 2000000", //
			"POST, /continue-story, \"\", 2, 2000000", //
			"POST, /end-story, \"\", 2, 2000000", //
			"GET, /suggestions, \"\", 2, 2000000", //
			"POST, /start-story, paula, 20, 100000", //
			"GET, /suggestions, paula, 20, 100000", //
			"GET, /stories, alice, 20, 100000", //
			"GET, /stories/0, alice, 20, 100000", //
			"DELETE, /stories/0, alice, 20, 100000", //
			"GET, /me, alice, 20, 100000", //
			"GET, /me, paula, 20, 100000", //
			"GET, /stories, \"\", 10, 200000", //
			"GET, /stories/0, \"\", 10, 200000", //
			"DELETE, /stories/0, \"\", 10, 200000", //
			"GET, /me, \"\", 10, 200000", //
			"POST, /signup, \"\", 3, 2000000", //
			"POST, /login, \"\", 3, 2000000", //
			"POST, /signup, alice, 3, 2000000", //
			"POST, /login, paula, 3, 2000000" })
	void burstIsAdmittedAndThenOneUnitInItsTime(String method, String path, String user, int burst,
			long microsOfOneUnit) {
		for (int left = burst - 1; left >= 0; left--) {
			SampleAnswer answer = StoryCalls.call(client.as(user), method, path);
			assertThat(answer.status()).isNotEqualTo(429);
			assertThat(answer.number("RateLimit-Limit")).isEqualTo(burst);
			assertThat(answer.number("RateLimit-Remaining")).isEqualTo(left);
			assertThat(answer.number("RateLimit-Reset")).isEqualTo(seconds((burst - left) * microsOfOneUnit));
		}
		advance(Duration.ofNanos((microsOfOneUnit - 1) * 1_000));
		SampleAnswer refusal = StoryCalls.call(client.as(user), method, path);
		assertThat(refusal.status()).isEqualTo(429);
		assertThat(refusal.number("Retry-After")).isOne();
		advance(Duration.ofNanos(1_000));
		assertThat(StoryCalls.call(client.as(user), method, path).status()).isNotEqualTo(429);
		assertThat(StoryCalls.call(client.as(user), method, path).status()).isEqualTo(429);
	}

	@Test
	void methodsOfOneTierShareOneCount() {
		SampleClient alice = client.as("alice");
		assertThat(Stream.of("/start-story", "/continue-story", "/end-story")
			.map((path) -> StoryCalls.call(alice, "POST", path))
			.map((answer) -> answer.number("RateLimit-Remaining"))).containsExactly(4L, 3L, 2L);
		assertThat(alice.get("/suggestions").number("RateLimit-Remaining")).isOne();
		assertThat(alice.get("/stories").number("RateLimit-Remaining")).isEqualTo(19);
		assertThat(alice.get("/me").number("RateLimit-Remaining")).isEqualTo(18);
	}

	@Test
	void refusalSaysHowLongToWaitForTheNextUnit() {
		IntStream.range(0, 2).forEach((i) -> client.get("/suggestions"));
		SampleAnswer refusal = client.get("/suggestions");
		assertThat(refusal.number("Retry-After")).isEqualTo(2);
		assertThat(refusal.number("RateLimit-Reset")).isEqualTo(4);
		assertThat(refusal.json().path("message").stringValue())
			.isEqualTo("Too many requests. Please try again in 2 seconds.");
	}

	@Test
	void allUnitsAreBackAfterTheTimeThatResetSays() {
		SampleClient alice = client.as("alice");
		IntStream.range(0, 5).forEach((i) -> alice.get("/suggestions"));
		SampleAnswer refusal = alice.get("/suggestions");
		assertThat(refusal.number("RateLimit-Reset")).isEqualTo(3);
		advance(Duration.ofSeconds(3));
		assertThat(alice.get("/suggestions").number("RateLimit-Remaining")).isEqualTo(4);
	}

	private static long seconds(long micros) {
		return (micros + 999_999) / 1_000_000;
	}

	private static void advance(Duration time) {
		microTime.addAndGet(time.toNanos() / 1_000);
	}

}

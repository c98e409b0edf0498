package io.github.ratelimit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitExceededException}.
 */
class RateLimitExceededExceptionTests {

	private static final RateLimitDecision REFUSAL = RateLimitDecision.of(
			List.of(new LimitStatus(Limit.of("2/s"), true, 0, Duration.ofMillis(500), Duration.ofSeconds(1))),
			DecisionSource.REDIS);

	@Test
	void messageSaysWhatWasExceededAndWhenToComeBack() {
		assertThat(new RateLimitExceededException("ai", REFUSAL))
			.hasMessage("Rate limit 'ai' exceeded, retry after PT0.5S");
	}

	@Test
	void messageSaysThatNobodyCouldTell() {
		assertThat(new RateLimitExceededException("ai", RateLimitDecision.unavailable()))
			.hasMessage("Rate limit 'ai' cannot be checked at present");
	}

	@Test
	void decisionTravelsWithTheException() throws IOException, ClassNotFoundException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(new RateLimitExceededException("ai", REFUSAL));
		}
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
			assertThat(in.readObject()).isInstanceOfSatisfying(RateLimitExceededException.class, (read) -> {
				assertThat(read.getTier()).isEqualTo("ai");
				assertThat(read.getDecision()).isEqualTo(REFUSAL);
			});
		}
	}

}

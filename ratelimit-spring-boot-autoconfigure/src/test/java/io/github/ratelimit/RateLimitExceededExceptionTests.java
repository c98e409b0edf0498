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
			.hasMessage("Rate limit 'ai' exceeded, please try again in 1 second");
	}

	@Test
	void messageSaysThatNobodyCouldTell() {
		assertThat(new RateLimitExceededException("ai", RateLimitDecision.unavailable()))
			.hasMessage("Rate limit 'ai' cannot be checked at present");
	}

	@Test
	void decisionTravelsWithTheException() throws IOException, ClassNotFoundException {
		byte[] written = write(new RateLimitExceededException("ai", REFUSAL));
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(written))) {
			assertThat(in.readObject()).isInstanceOfSatisfying(RateLimitExceededException.class, (read) -> {
				assertThat(read.getTier()).isEqualTo("ai");
				assertThat(read.getDecision()).isEqualTo(REFUSAL);
			});
		}
	}

	@Test
	void decisionTravelsTheSameOnceItWasLookedAt() throws IOException, ClassNotFoundException {
		RateLimitDecision decision = RateLimitDecision.ofRefused(Limit.of("2/s"), 0, 5, 7, DecisionSource.MEMORY);
		byte[] before = write(decision);
		assertThat(decision.limits()).hasSize(1);
		assertThat(write(decision)).isEqualTo(before);
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(before))) {
			assertThat(in.readObject()).isEqualTo(decision);
		}
	}

	private static byte[] write(Object object) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(object);
		}
		return bytes.toByteArray();
	}

}

package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefusalLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusalLogTests {

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

	private final RefusalLog log = new RefusalLog(this.nanos::get);

	@Test
	void firstRefusalOfAKindIsToldWithWhoAndWhatIsLeft(CapturedOutput output) {
		refuse("ai", "user:alice", Outcome.REFUSED);
		assertThat(output).containsOnlyOnce("WARN")
			.contains("Rate limit 'ai' (plan authenticated) refused user:alice: cost 3, 2 of 5 left");
	}

	@Test
	void refusalByOneOfSeveralLimitsNamesIt(CapturedOutput output) {
		LimitStatus minute = new LimitStatus(Limit.of("10/m").withName("minute"), false, 7, Duration.ZERO,
				Duration.ofSeconds(18));
		LimitStatus day = new LimitStatus(Limit.of("100/d").withName("day"), true, 0, Duration.ofMinutes(14),
				Duration.ofDays(1));
		this.log.onDecision(new RateLimitEvent("reports", "default", "user:alice", 1,
				RateLimitDecision.of(List.of(minute, day), DecisionSource.MEMORY), Duration.ofMillis(1)));
		assertThat(output)
			.contains("Rate limit 'reports' (plan default) refused user:alice: cost 1, 0 of 100 left of day");
	}

	@Test
	void floodOfRefusalsIsOneLineAMinuteWithTheirNumber(CapturedOutput output) {
		for (int i = 0; i < 1000; i++) {
			refuse("ai", "user:alice", Outcome.REFUSED);
		}
		assertThat(output).containsOnlyOnce("WARN");
		this.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
		refuse("ai", "user:bob", Outcome.REFUSED);
		assertThat(output).contains("refused user:bob: cost 3, 2 of 5 left; and 999 more since the last such line");
	}

	@Test
	void eachKindIsToldOnItsOwn(CapturedOutput output) {
		refuse("ai", "user:alice", Outcome.REFUSED);
		refuse("api", "user:alice", Outcome.REFUSED);
		refuse("ai", "user:alice", Outcome.SHADOW_REFUSED);
		assertThat(output).contains("Rate limit 'ai' (plan authenticated) refused user:alice")
			.contains("Rate limit 'api' (plan authenticated) refused user:alice")
			.contains("Rate limit 'ai' (plan authenticated) would have refused user:alice");
	}

	@Test
	void allowedRequestsAreNotTold(CapturedOutput output) {
		refuse("ai", "user:alice", Outcome.ALLOWED);
		assertThat(output).doesNotContain("WARN");
		assertThat(Outcome.values()).filteredOn((outcome) -> !this.log.ignores(outcome))
			.containsExactlyInAnyOrder(Outcome.REFUSED, Outcome.SHADOW_REFUSED);
	}

	@Test
	void keyThatMayBeASecretIsMaskedAndNoKeyBreaksTheLine(CapturedOutput output) {
		refuse("ai", "sk-verysecret", Outcome.REFUSED);
		refuse("api", "user:eve\nWARN forged", Outcome.REFUSED);
		assertThat(output).containsPattern("refused sk-\\.{3}#[0-9a-f]{8}: cost")
			.doesNotContain("verysecret")
			.containsPattern("refused user:eve\\?WARN forged#[0-9a-f]{8}: cost");
	}

	private void refuse(String tier, String key, Outcome outcome) {
		boolean refused = outcome != Outcome.ALLOWED;
		LimitStatus status = new LimitStatus(Limit.of("2/s").withBurst(5), refused, 2,
				(refused) ? Duration.ofMillis(500) : Duration.ZERO, Duration.ofSeconds(2));
		RateLimitDecision decision = new RateLimitDecision(outcome, List.of(status), DecisionSource.MEMORY);
		this.log.onDecision(new RateLimitEvent(tier, "authenticated", key, 3, decision, Duration.ofMillis(1)));
	}

}

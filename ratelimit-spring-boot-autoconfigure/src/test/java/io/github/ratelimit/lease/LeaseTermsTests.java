package io.github.ratelimit.lease;

import java.time.Duration;
import java.time.ZoneId;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LeaseTerms}.
 */
class LeaseTermsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void tokenBucketKeepsWhatComesBackInALeaseTime() {
		assertThat(terms(Limit.of("1000/m")))
			.isEqualTo(terms(Limit.of("1000/m"), Limit.of("1000/m").withBurst(983), SECOND));
		assertThat(terms(Limit.of("1000/s")))
			.isEqualTo(terms(Limit.of("1000/s"), Limit.of("1000/s").withBurst(900), Duration.ofMillis(100)));
		Limit deep = Limit.of("10/s").withBurst(1000);
		assertThat(terms(deep)).isEqualTo(terms(deep, deep.withBurst(990), SECOND));
		Limit shallow = Limit.of("1000/s").withBurst(150);
		assertThat(terms(shallow)).isEqualTo(terms(shallow, shallow.withBurst(135), Duration.ofMillis(15)));
	}

	@Test
	void slidingWindowsAreLongerByALeaseTime() {
		Limit limit = Limit.of("1000/m").withAlgorithm(Algorithm.SLIDING_WINDOW);
		assertThat(terms(limit))
			.isEqualTo(terms(limit, Limit.of("1000/61s").withAlgorithm(Algorithm.SLIDING_WINDOW), SECOND));
		Limit counter = Limit.of("1000/s").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER);
		assertThat(terms(counter)).isEqualTo(terms(counter,
				Limit.of("1000/1100ms").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER), Duration.ofMillis(100)));
	}

	@Test
	void fixedWindowsAreAsTheyAre() {
		Limit limit = Limit.of("1000/d").perCalendar(ZoneId.of("Europe/Berlin"));
		assertThat(terms(limit)).isEqualTo(terms(limit, limit, SECOND));
	}

	@Test
	void limitsThatAreTooSmallAreNotLeased() {
		assertThat(terms(Limit.of("100/s"))).isNotNull();
		assertThat(terms(Limit.of("99/s"))).isNull();
		assertThat(terms(Limit.of("100/100ms"))).isNotNull();
		assertThat(terms(Limit.of("100/99ms"))).isNull();
		assertThat(terms(new Limit("decade", new Rate(1000, Rate.MAX_WINDOW), 1000, Algorithm.SLIDING_WINDOW, null)))
			.isNull();
	}

	@Test
	void strictLimitsAreNotLeased() {
		assertThat(LeaseTerms.of(Limit.of("1000/m"), SECOND)).isNull();
	}

	@Test
	void largestLimitsAreCountedExactly() {
		Limit large = new Limit("large", new Rate(1L << 40, Duration.ofSeconds(1)), 1L << 40)
			.withMode(LimitMode.LEASED);
		LeaseTerms terms = LeaseTerms.of(large, SECOND);
		assertThat(terms).isNotNull();
		assertThat(terms.stored().burst()).isLessThan(large.burst()).isGreaterThan(large.burst() / 10 * 9 - 10);
	}

	private static LeaseTerms terms(Limit limit) {
		return LeaseTerms.of(limit.withMode(LimitMode.LEASED), SECOND);
	}

	private static LeaseTerms terms(Limit limit, Limit stored, Duration duration) {
		return new LeaseTerms(limit.withMode(LimitMode.LEASED), stored, duration);
	}

}

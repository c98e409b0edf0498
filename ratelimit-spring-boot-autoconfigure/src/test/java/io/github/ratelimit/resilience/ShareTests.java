package io.github.ratelimit.resilience;

import java.time.ZoneOffset;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Share}.
 */
class ShareTests {

	@Test
	void shareIsWholeUnitsOfEachWindowAndAtLeastOne() {
		for (Algorithm algorithm : List.of(Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW,
				Algorithm.SLIDING_WINDOW_COUNTER)) {
			Limit limit = Limit.of("10/m").withAlgorithm(algorithm);
			assertThat(new Share(1).of(limit)).isSameAs(limit);
			assertThat(new Share(3).of(limit)).isEqualTo(Limit.of("3/m").withAlgorithm(algorithm));
			assertThat(new Share(11).of(limit)).isEqualTo(Limit.of("1/m").withAlgorithm(algorithm));
		}
		Limit day = Limit.of("100/d").perCalendar(ZoneOffset.UTC).withName("day");
		assertThat(new Share(4).of(day)).isEqualTo(Limit.of("25/d").perCalendar(ZoneOffset.UTC).withName("day"));
	}

	@Test
	void shareOfATokenBucketComesBackExactlyThatMuchSlower() {
		Limit limit = Limit.of("10/s").withBurst(20);
		assertThat(new Share(3).of(limit)).isEqualTo(Limit.of("10/3s").withBurst(6));
		assertThat(new Share(30).of(limit)).isEqualTo(Limit.of("10/30s").withBurst(1));
		Limit rare = new Limit("rare", new Rate(7, Rate.MAX_WINDOW), 7);
		assertThat(new Share(2).of(rare)).isEqualTo(new Limit("rare", new Rate(3, Rate.MAX_WINDOW), 3));
	}

	@Test
	void shareOfTheRateHasAllUnits() {
		assertThat(new Share(4).ofRate(Limit.of("10/s").withBurst(20))).isEqualTo(Limit.of("10/4s").withBurst(20));
		Limit window = Limit.of("10/m").withAlgorithm(Algorithm.SLIDING_WINDOW);
		assertThat(new Share(4).ofRate(window)).isEqualTo(window);
	}

}

package io.github.ratelimit.algorithm;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PerLimit}.
 */
class PerLimitTests {

	private final AtomicInteger made = new AtomicInteger();

	private final PerLimit<Integer> perLimit = new PerLimit<>((limit) -> this.made.incrementAndGet());

	@Test
	void equalLimitsHaveTheSame() {
		Integer first = this.perLimit.of(Limit.of("5/s"));
		assertThat(this.perLimit.of(Limit.of("5/s"))).isSameAs(first);
		assertThat(this.perLimit.of(Limit.of("6/s"))).isNotEqualTo(first);
		assertThat(this.made).hasValue(2);
	}

	@Test
	void limitsWithoutEndAreNotKept() {
		Limit first = Limit.of("5/s");
		this.perLimit.of(first);
		for (int burst = 1; burst <= 2000; burst++) {
			this.perLimit.of(Limit.of("9/s").withBurst(burst));
		}
		this.made.set(0);
		this.perLimit.of(first);
		assertThat(this.made).hasValue(0);
		for (int burst = 1; burst <= 2000; burst++) {
			this.perLimit.of(Limit.of("9/s").withBurst(burst));
		}
		assertThat(this.made).hasValue(1001);
	}

}

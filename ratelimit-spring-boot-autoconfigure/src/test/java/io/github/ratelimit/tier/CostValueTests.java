package io.github.ratelimit.tier;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CostValue}.
 */
class CostValueTests {

	@ParameterizedTest
	@MethodSource
	void wholeNumberOfAnyTypeIsUsable(Object value) {
		assertThat(CostValue.units(value)).hasValue(3);
	}

	static List<Object> wholeNumberOfAnyTypeIsUsable() {
		return List.of(3, 3L, (short) 3, (byte) 3, 3.0, 3.0f, BigInteger.valueOf(3), new BigDecimal("3.00"),
				new AtomicInteger(3));
	}

	@Test
	void rangeIsFromZeroToTheLargestLong() {
		assertThat(CostValue.units(0)).hasValue(0);
		assertThat(CostValue.units(-0.0)).hasValue(0);
		assertThat(CostValue.units(Long.MAX_VALUE)).hasValue(Long.MAX_VALUE);
		assertThat(CostValue.units(null)).isEmpty();
		for (Object value : List.of(-1, Long.MIN_VALUE, 0.5, Double.NaN, Double.POSITIVE_INFINITY,
				new BigInteger("9223372036854775808"), new BigDecimal("1e999999999"), "3", true)) {
			assertThat(CostValue.units(value)).as("%s", value).isEmpty();
		}
	}

	@Test
	void valueIsDescribedOnOneShortLine() {
		assertThat(CostValue.describe(null)).isEqualTo("null");
		assertThat(CostValue.describe(0.5)).isEqualTo("0.5");
		assertThat(CostValue.describe("a\r\nERROR b\u202e")).isEqualTo("the text 'a??ERROR b?'");
		assertThat(CostValue.describe("x".repeat(1000))).isEqualTo("the text '" + "x".repeat(64) + "...'");
		assertThat(CostValue.describe(BigInteger.TEN.pow(100))).hasSize(67);
		assertThat(CostValue.describe(List.of())).startsWith("a java.util.");
	}

}

package io.github.ratelimit.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThrottledErrors}.
 */
class ThrottledErrorsTests {

	private final List<String> told = new ArrayList<>();

	private final List<Throwable> traced = new ArrayList<>();

	private long now = Long.MAX_VALUE - 5;

	private final ThrottledErrors errors = new ThrottledErrors(this.told::add, this.traced::add, () -> this.now);

	@Test
	void firstErrorIsToldAndThenOneAMinuteWithHowManyThereWere() {
		this.errors.report("first", new IllegalStateException("x"));
		this.errors.report("second", null);
		this.now += Duration.ofMinutes(1).toNanos() - 1;
		this.errors.report("third", null);
		this.now += 1;
		this.errors.report("fourth", null);
		this.errors.report("fifth", null);
		this.now += Duration.ofMinutes(1).toNanos();
		this.errors.report("sixth", null);
		this.now += Duration.ofMinutes(1).toNanos();
		this.errors.report("seventh", null);
		assertThat(this.told).containsExactly("first, because of java.lang.IllegalStateException",
				"fourth; and 2 more since the last such line", "sixth; and 1 more since the last such line", "seventh");
	}

	@Test
	void whatACallerMayHaveSentIsNotTold() {
		Exception cause = new IllegalStateException("secret\nERROR forged",
				new NumberFormatException("For input string: \"secret\""));
		this.errors.report("failed", cause);
		assertThat(this.told)
			.containsExactly("failed, because of java.lang.IllegalStateException by java.lang.NumberFormatException");
		assertThat(this.traced).containsExactly(cause);
	}

	@Test
	void whatIsWrongWithAnExpressionIsToldUnlessItMayQuoteAValue() {
		this.errors.report("failed", new IllegalArgumentException("x",
				new SpelEvaluationException(3, SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE_ON_NULL, "name")));
		this.now += Duration.ofMinutes(1).toNanos();
		this.errors.report("failed", new SpelEvaluationException(SpelMessage.EXCEPTION_DURING_PROPERTY_READ, "name",
				"secret\nERROR forged"));
		assertThat(this.told).containsExactly(
				"failed, because of java.lang.IllegalArgumentException by "
						+ "org.springframework.expression.spel.SpelEvaluationException: "
						+ "EL1007E: Property or field 'name' cannot be found on null",
				"failed, because of org.springframework.expression.spel.SpelEvaluationException: EL1021E");
	}

}

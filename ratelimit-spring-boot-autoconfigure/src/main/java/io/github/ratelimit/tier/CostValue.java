package io.github.ratelimit.tier;

import java.math.BigDecimal;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * A cost as an expression gives it.
 */
public final class CostValue {

	/**
	 * What a cost must be, in words.
	 */
	public static final String REQUIRED = "a whole number that is not negative";

	private static final int MAX_SHOWN = 64;

	private CostValue() {
	}

	/**
	 * Return the units that a value stands for.
	 * @param value the value
	 * @return the units, empty if it is anything but a whole number that is not negative
	 */
	public static OptionalLong units(@Nullable Object value) {
		if (!(value instanceof Number number)) {
			return OptionalLong.empty();
		}
		try {
			long units = (number instanceof Integer || number instanceof Long) ? number.longValue()
					: new BigDecimal(number.toString()).longValueExact();
			return (units >= 0) ? OptionalLong.of(units) : OptionalLong.empty();
		}
		catch (ArithmeticException | NumberFormatException ex) {
			// A fraction, too large, or not a number at all
			return OptionalLong.empty();
		}
	}

	/**
	 * Return a value for people to read, on one short line whoever it comes from.
	 * @param value the value
	 * @return numbers and text as they are, without what cannot be printed; else the type
	 */
	public static String describe(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		if (value instanceof Number) {
			return shortened(value.toString());
		}
		return (value instanceof CharSequence) ? "the text '" + shortened(value.toString()) + "'"
				: "a " + value.getClass().getName();
	}

	private static String shortened(String text) {
		String shown = (text.length() > MAX_SHOWN) ? text.substring(0, MAX_SHOWN) + "..." : text;
		return shown.replaceAll("[^\\x20-\\x7E]", "?");
	}

}

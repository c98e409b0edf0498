package io.github.ratelimit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The text form of a {@link Rate}.
 */
final class RateFormat {

	private static final String USAGE = "write <number>/<window>, such as 2/s, 0.5/s, 100/m, 100/60s, 1000/1h, "
			+ "10000/d, 1000/month or 5/PT10S";

	private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

	private static final Pattern WINDOW = Pattern.compile("(\\d*)([a-z]+)");

	private static final int MAX_FRACTION_DIGITS = 9;

	private RateFormat() {
	}

	static Rate parse(String text) {
		Objects.requireNonNull(text, "text must not be null");
		String trimmed = text.trim();
		int slash = trimmed.indexOf('/');
		if (slash < 0) {
			throw invalid(text, "it has no window");
		}
		BigDecimal number = number(text, trimmed.substring(0, slash).trim());
		Duration window = window(text, trimmed.substring(slash + 1).trim());
		try {
			return exact(number.stripTrailingZeros(), window);
		}
		catch (ArithmeticException ex) {
			throw invalid(text, "its numbers are too large");
		}
		catch (IllegalArgumentException ex) {
			// Without its cause, which says less, and is what start-up failures would
			// show
			throw new IllegalArgumentException("'" + text + "' is not a rate: " + ex.getMessage());
		}
	}

	private static BigDecimal number(String text, String number) {
		if (!NUMBER.matcher(number).matches()) {
			throw invalid(text, "'" + number + "' is not a positive number");
		}
		BigDecimal value = new BigDecimal(number);
		if (value.scale() > MAX_FRACTION_DIGITS) {
			throw invalid(text, "its number has more than nine digits after the point");
		}
		if (value.signum() == 0) {
			throw invalid(text, "its number must be above zero");
		}
		return value;
	}

	private static Duration window(String text, String window) {
		if (window.isEmpty()) {
			throw invalid(text, "its window is missing");
		}
		try {
			if (window.startsWith("P") || window.startsWith("p")) {
				return Duration.parse(window);
			}
			Matcher matcher = WINDOW.matcher(window);
			Unit unit = (matcher.matches()) ? Unit.of(matcher.group(2)) : null;
			if (unit != null) {
				long amount = (matcher.group(1).isEmpty()) ? 1 : Long.parseLong(matcher.group(1));
				return unit.duration.multipliedBy(amount);
			}
		}
		catch (ArithmeticException | NumberFormatException ex) {
			throw invalid(text, "its window must not be longer than ten years (3653d)");
		}
		catch (DateTimeParseException ex) {
			throw invalid(text, "'" + window + "' is not an ISO-8601 duration");
		}
		throw invalid(text, "'" + window + "' is not a window (known units are ms, s, m, h, d, w, month)");
	}

	/**
	 * Turn a decimal number per window into the ratio of whole numbers that it is.
	 */
	private static Rate exact(BigDecimal number, Duration window) {
		if (number.scale() <= 0) {
			return new Rate(number.longValueExact(), window);
		}
		BigInteger quota = number.unscaledValue();
		BigInteger factor = BigInteger.TEN.pow(number.scale());
		BigInteger divisor = quota.gcd(factor);
		return new Rate(quota.divide(divisor).longValueExact(),
				window.multipliedBy(factor.divide(divisor).longValueExact()));
	}

	static String format(Rate rate) {
		for (Unit unit : Unit.values()) {
			if (rate.windowMicros() % unit.micros() == 0) {
				long amount = rate.windowMicros() / unit.micros();
				return rate.quota() + "/" + ((amount != 1) ? amount : "") + unit.symbol;
			}
		}
		return rate.quota() + "/" + rate.window();
	}

	private static IllegalArgumentException invalid(String text, String reason) {
		return new IllegalArgumentException("'" + text + "' is not a rate: " + reason + "; " + USAGE);
	}

	/**
	 * Units of a window, the longest first.
	 */
	private enum Unit {

		MONTH("month", ChronoUnit.MONTHS.getDuration()),

		WEEK("w", Duration.ofDays(7), "week"),

		DAY("d", Duration.ofDays(1), "day"),

		HOUR("h", Duration.ofHours(1), "hour"),

		MINUTE("m", Duration.ofMinutes(1), "min", "minute"),

		SECOND("s", Duration.ofSeconds(1), "sec", "second"),

		MILLISECOND("ms", Duration.ofMillis(1));

		private final String symbol;

		private final Duration duration;

		private final Set<String> names;

		Unit(String symbol, Duration duration, String... names) {
			this.symbol = symbol;
			this.duration = duration;
			this.names = Set.of(names);
		}

		private long micros() {
			return this.duration.toNanos() / 1000;
		}

		/**
		 * Return the unit of a symbol, or of a name.
		 * @return the unit, {@code null} if there is none
		 */
		private static @Nullable Unit of(String word) {
			for (Unit unit : values()) {
				if (unit.symbol.equals(word) || unit.names.contains(word)) {
					return unit;
				}
			}
			return null;
		}

	}

}

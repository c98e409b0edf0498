package io.github.ratelimit.web.servlet;

import java.util.Enumeration;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.KeySources;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Units that a request to a route takes: always the same, what a header field of the
 * request says, or what an expression gives. Safe for use by many threads.
 */
public final class RouteCost {

	/**
	 * One unit, whatever the request.
	 */
	public static final RouteCost ONE = new RouteCost(1, null, null);

	private static final String HEADER = "header:";

	private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

	private static final Pattern UNITS = Pattern.compile("\\d{1,19}");

	private final long constant;

	private final @Nullable String header;

	private final @Nullable RouteCostExpression expression;

	private RouteCost(long constant, @Nullable String header, @Nullable RouteCostExpression expression) {
		this.constant = constant;
		this.header = header;
		this.expression = expression;
	}

	/**
	 * Read a cost.
	 * @param text a whole number, {@code header:<name>}, or an expression over
	 * {@code request} and {@code authentication}
	 * @param place where it stands, for errors to come
	 * @return the cost
	 * @throws IllegalArgumentException if it is none of these; the message is a clause
	 */
	public static RouteCost parse(String text, String place) {
		String trimmed = text.trim();
		if (trimmed.isEmpty()) {
			throw new IllegalArgumentException("it is blank");
		}
		if (trimmed.startsWith(HEADER)) {
			String name = trimmed.substring(HEADER.length()).trim();
			if (!KeySources.isHeaderName(name)) {
				throw new IllegalArgumentException("'" + name + "' is not the name of a header field");
			}
			return new RouteCost(0, name, null);
		}
		if (NUMBER.matcher(trimmed).matches()) {
			OptionalLong units = units((trimmed.startsWith("+")) ? trimmed.substring(1) : trimmed);
			return new RouteCost(
					units.orElseThrow(() -> new IllegalArgumentException("it is not from 0 to " + Long.MAX_VALUE)),
					null, null);
		}
		return new RouteCost(0, null, RouteCostExpression.parse(trimmed, place));
	}

	/**
	 * Return the header field that tells the cost.
	 * @return its name, {@code null} if none does
	 */
	@Nullable String header() {
		return this.header;
	}

	/**
	 * Return the units that a request takes.
	 * @param caller who is calling
	 * @return the units, empty if what the header field says is of no use
	 */
	OptionalLong units(HttpServletRequest request, Caller caller) {
		if (this.header != null) {
			return said(request.getHeaders(this.header));
		}
		return OptionalLong.of((this.expression != null) ? this.expression.units(caller) : this.constant);
	}

	/**
	 * Return what a header field says: once, or it would be anyone's guess which holds.
	 */
	private static OptionalLong said(@Nullable Enumeration<String> values) {
		if (values == null || !values.hasMoreElements()) {
			return OptionalLong.of(1);
		}
		String value = values.nextElement();
		return (values.hasMoreElements()) ? OptionalLong.empty() : units(value.trim());
	}

	private static OptionalLong units(String text) {
		if (!UNITS.matcher(text).matches()) {
			return OptionalLong.empty();
		}
		try {
			return OptionalLong.of(Long.parseLong(text));
		}
		catch (NumberFormatException ex) {
			// More than a long can hold
			return OptionalLong.empty();
		}
	}

}

package io.github.ratelimit.identity;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The elements of a header field that is a list, from the last to the first. Several
 * fields of one name are one list.
 * <p>
 * Each element is found from its end, so that what stands before it cannot change what it
 * is: a quote that somebody opened and never closed reaches no element that was appended
 * later. No more is looked at than is asked for, and an element that is longer than any
 * address is not read to its beginning.
 */
final class HeaderElements {

	private static final int LONGEST_ELEMENT = 1024;

	private final List<? extends CharSequence> fields;

	private final boolean quotes;

	private int field;

	// Where the next element ends in its field, less than zero if the field is used up
	private int end = -1;

	/**
	 * Create the elements.
	 * @param fields the values of the fields, in their order
	 * @param quotes whether commas within quotes are part of an element
	 */
	HeaderElements(List<? extends CharSequence> fields, boolean quotes) {
		this.fields = fields;
		this.quotes = quotes;
		this.field = fields.size();
	}

	/**
	 * Return the next element.
	 * @return the element without white space around it, {@code null} if there is none or
	 * it cannot be told where it begins
	 */
	@Nullable String next() {
		if (this.end < 0) {
			if (this.field == 0) {
				return null;
			}
			this.field--;
			this.end = this.fields.get(this.field).length();
		}
		CharSequence text = this.fields.get(this.field);
		int comma = comma(text);
		if (this.end - comma - 1 > LONGEST_ELEMENT) {
			this.field = 0;
			this.end = -1;
			return null;
		}
		String element = strip(text, comma + 1, this.end);
		this.end = comma;
		return element;
	}

	/**
	 * Return where the comma before the next element is, -1 for the beginning; anything
	 * too far away if it was not found within reach.
	 */
	private int comma(CharSequence text) {
		boolean quoted = false;
		int reach = Math.max(0, this.end - LONGEST_ELEMENT - 1);
		for (int i = this.end - 1; i >= reach; i--) {
			char c = text.charAt(i);
			if (c == ',' && !quoted) {
				return i;
			}
			if (c == '"' && this.quotes && !isEscaped(text, i, reach)) {
				quoted = !quoted;
			}
		}
		return (reach == 0 && !quoted) ? -1 : -LONGEST_ELEMENT - 2;
	}

	private static boolean isEscaped(CharSequence text, int index, int reach) {
		int backslashes = 0;
		while (index - 1 - backslashes >= reach && text.charAt(index - 1 - backslashes) == '\\') {
			backslashes++;
		}
		return backslashes % 2 == 1;
	}

	private static String strip(CharSequence text, int start, int end) {
		int from = start;
		int to = end;
		while (from < to && isSpace(text.charAt(from))) {
			from++;
		}
		while (to > from && isSpace(text.charAt(to - 1))) {
			to--;
		}
		return text.subSequence(from, to).toString();
	}

	static boolean isSpace(char c) {
		return c == ' ' || c == '\t';
	}

}

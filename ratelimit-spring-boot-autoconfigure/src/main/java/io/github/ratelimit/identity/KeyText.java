package io.github.ratelimit.identity;

/**
 * What a value looks like in a key. No two values look the same: what cannot be printed,
 * the sign between the parts of a key, and the escape itself stand as {@code %} and the
 * four hexadecimal digits of their UTF-16 code unit, and long values as a hash, whose
 * mark no escape begins with.
 */
final class KeyText {

	/**
	 * Most characters of a value that stands there as it is.
	 */
	static final int MAX_LENGTH = 128;

	/**
	 * What stands between the parts of a key.
	 */
	static final char SEPARATOR = '|';

	private static final char ESCAPE = '%';

	private static final String HASH_MARK = "%hash:";

	private KeyText() {
	}

	static String of(String value, KeyHash hash) {
		if (value.length() > MAX_LENGTH) {
			return HASH_MARK + hash.of(value);
		}
		for (int i = 0; i < value.length(); i++) {
			if (!isPlain(value.charAt(i))) {
				String escaped = escape(value, i);
				return (escaped.length() <= MAX_LENGTH) ? escaped : HASH_MARK + hash.of(value);
			}
		}
		return value;
	}

	private static String escape(String value, int plain) {
		StringBuilder escaped = new StringBuilder(value.length() + 16).append(value, 0, plain);
		for (int i = plain; i < value.length(); i++) {
			char c = value.charAt(i);
			if (isPlain(c)) {
				escaped.append(c);
			}
			else {
				escaped.append("%%%04x".formatted((int) c));
			}
		}
		return escaped.toString();
	}

	private static boolean isPlain(char c) {
		if (c < 0x7f) {
			return c >= ' ' && c != ESCAPE && c != SEPARATOR;
		}
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE, Character.UNASSIGNED ->
				false;
			default -> true;
		};
	}

}

package io.github.ratelimit.client;

import java.util.regex.Pattern;

/**
 * What may stand in a header field that this client sends.
 */
final class HeaderValue {

	private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]+");

	private HeaderValue() {
	}

	/**
	 * Return whether a text is printable ASCII without spaces, and not too long.
	 */
	static boolean isPlain(String text, int maxLength) {
		return text.length() <= maxLength && PLAIN.matcher(text).matches();
	}

}

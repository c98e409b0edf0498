package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Reads whom a proxy forwarded a request for, as it stands in a forwarding header.
 */
final class ForwardedFor {

	private ForwardedFor() {
	}

	/**
	 * Read a node: an address, perhaps with a port; of IPv6 with brackets if it has one.
	 * @param text the node, {@code null} for none
	 * @return the address, {@code null} if the text names none
	 */
	static @Nullable IpAddress node(@Nullable String text) {
		if (text == null) {
			return null;
		}
		if (text.startsWith("[")) {
			int close = text.indexOf(']');
			boolean version6 = close > 0 && text.lastIndexOf(':', close) > 0;
			return (version6 && isPortOrNothing(text, close + 1)) ? IpAddress.parse(text.substring(1, close)) : null;
		}
		int colon = text.indexOf(':');
		if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
			return IpAddress.parse(text);
		}
		return (isPortOrNothing(text, colon)) ? IpAddress.parse(text.substring(0, colon)) : null;
	}

	/**
	 * Return whether there is nothing more, or a colon with a port or a word in its
	 * place.
	 */
	private static boolean isPortOrNothing(String text, int start) {
		if (start == text.length()) {
			return true;
		}
		return text.charAt(start) == ':' && text.substring(start + 1).matches("[0-9]{1,5}|_[A-Za-z0-9._-]{1,64}");
	}

	/**
	 * Read an element of {@code Forwarded}.
	 * @param element the element, such as {@code for="[2001:db8::1]:443";proto=https};
	 * {@code null} for none
	 * @return the address of its parameter {@code for}, {@code null} if it does not have
	 * exactly one, that is no address, or the element is malformed
	 */
	static @Nullable IpAddress element(@Nullable String element) {
		return (element != null) ? node(new Parameters(element).node()) : null;
	}

	/**
	 * The parameters of an element, section 4 of RFC 7239, with space around semicolons
	 * as some write it.
	 */
	private static final class Parameters {

		private final String text;

		private int position;

		Parameters(String text) {
			this.text = text;
		}

		@Nullable String node() {
			String node = null;
			skipEmpty();
			while (this.position < this.text.length()) {
				String name = until("=");
				String value = (!name.isEmpty() && take('=')) ? value() : null;
				if (value == null || !isAtEnd()) {
					return null;
				}
				if (name.equalsIgnoreCase("for")) {
					if (node != null) {
						return null;
					}
					node = value;
				}
				skipEmpty();
			}
			return node;
		}

		private @Nullable String value() {
			if (!take('"')) {
				return until(";");
			}
			StringBuilder value = new StringBuilder();
			while (this.position < this.text.length()) {
				char c = this.text.charAt(this.position++);
				if (c == '"') {
					return value.toString();
				}
				if (c == '\\' && this.position < this.text.length()) {
					c = this.text.charAt(this.position++);
				}
				value.append(c);
			}
			return null;
		}

		private String until(String end) {
			int start = this.position;
			while (this.position < this.text.length() && !isEnd(this.text.charAt(this.position), end)) {
				this.position++;
			}
			return this.text.substring(start, this.position);
		}

		private static boolean isEnd(char c, String end) {
			return c == '"' || HeaderElements.isSpace(c) || end.indexOf(c) >= 0;
		}

		private boolean take(char c) {
			boolean there = this.position < this.text.length() && this.text.charAt(this.position) == c;
			this.position += (there) ? 1 : 0;
			return there;
		}

		/**
		 * Go on to the next parameter, over those that are empty.
		 */
		private void skipEmpty() {
			skipSpace();
			while (take(';')) {
				skipSpace();
			}
		}

		private boolean isAtEnd() {
			skipSpace();
			return this.position == this.text.length() || this.text.charAt(this.position) == ';';
		}

		private void skipSpace() {
			while (this.position < this.text.length() && HeaderElements.isSpace(this.text.charAt(this.position))) {
				this.position++;
			}
		}

	}

}

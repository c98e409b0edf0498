package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of IP addresses: dotted decimals of IPv4, and the three forms of IPv6
 * in section 2.2 of RFC 4291, with zones as in RFC 4007 and RFC 6874.
 */
final class IpAddressParser {

	private static final int LONGEST_ADDRESS = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();

	private static final int LONGEST_ZONE = 64;

	private static final int GROUPS = 8;

	private final String text;

	private final int[] groups = new int[GROUPS];

	private int count;

	// Groups before '::', or less than zero
	private int gap = -1;

	private IpAddressParser(String text) {
		this.text = text;
	}

	static @Nullable IpAddress parse(String text) {
		if (text.length() > LONGEST_ADDRESS + 1 + LONGEST_ZONE) {
			return null;
		}
		if (text.indexOf(':') < 0) {
			long bits = version4(text);
			return (bits >= 0) ? IpAddress.version4(bits) : null;
		}
		int zone = text.indexOf('%');
		if (zone < 0) {
			return version6(text);
		}
		return (isZone(text, zone + 1)) ? version6(text.substring(0, zone)) : null;
	}

	private static boolean isZone(String text, int start) {
		for (int i = start; i < text.length(); i++) {
			char c = text.charAt(i);
			if (!isDigit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && "-._~%".indexOf(c) < 0) {
				return false;
			}
		}
		return start < text.length() && text.length() - start <= LONGEST_ZONE;
	}

	/**
	 * Return the 32 bits of an IPv4 address, -1 if the text is none.
	 */
	private static long version4(String text) {
		long bits = 0;
		int start = 0;
		for (int part = 0; part < 4; part++) {
			int dot = text.indexOf('.', start);
			int end = (part < 3) ? dot : text.length();
			int value = (end < 0 || (part == 3 && dot >= 0)) ? -1 : octet(text, start, end);
			if (value < 0) {
				return -1;
			}
			bits = bits << 8 | value;
			start = end + 1;
		}
		return bits;
	}

	private static int octet(String text, int start, int end) {
		int length = end - start;
		if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
			return -1;
		}
		int value = 0;
		for (int i = start; i < end; i++) {
			if (!isDigit(text.charAt(i))) {
				return -1;
			}
			value = value * 10 + text.charAt(i) - '0';
		}
		return (value <= 255) ? value : -1;
	}

	private static @Nullable IpAddress version6(String text) {
		return (text.length() <= LONGEST_ADDRESS) ? new IpAddressParser(text).version6() : null;
	}

	private @Nullable IpAddress version6() {
		int start = 0;
		if (this.text.startsWith("::")) {
			this.gap = 0;
			start = 2;
		}
		while (start < this.text.length()) {
			int colon = this.text.indexOf(':', start);
			int end = (colon >= 0) ? colon : this.text.length();
			if (!add(this.text.substring(start, end), colon < 0) || end == this.text.length() - 1) {
				return null;
			}
			start = end + 1;
			if (start < this.text.length() && this.text.charAt(start) == ':') {
				if (this.gap >= 0) {
					return null;
				}
				this.gap = this.count;
				start++;
			}
		}
		return address();
	}

	/**
	 * Add a group, or an IPv4 address in the place of the last two.
	 */
	private boolean add(String group, boolean last) {
		if (last && group.indexOf('.') >= 0) {
			long bits = version4(group);
			return bits >= 0 && add((int) (bits >>> 16)) && add((int) (bits & 0xFFFF));
		}
		if (group.isEmpty() || group.length() > 4) {
			return false;
		}
		int value = 0;
		for (int i = 0; i < group.length(); i++) {
			int digit = hexDigit(group.charAt(i));
			if (digit < 0) {
				return false;
			}
			value = value << 4 | digit;
		}
		return add(value);
	}

	private boolean add(int group) {
		if (this.count == GROUPS) {
			return false;
		}
		this.groups[this.count++] = group;
		return true;
	}

	private @Nullable IpAddress address() {
		if ((this.gap < 0) ? this.count != GROUPS : this.count == GROUPS) {
			return null;
		}
		long[] halves = new long[2];
		int missing = GROUPS - this.count;
		for (int i = 0; i < GROUPS; i++) {
			int group = (this.gap < 0 || i < this.gap) ? this.groups[i]
					: (i < this.gap + missing) ? 0 : this.groups[i - missing];
			halves[i / 4] = halves[i / 4] << 16 | group;
		}
		return IpAddress.version6(halves[0], halves[1]);
	}

	// Not Character.isDigit, which knows digits of other scripts
	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static int hexDigit(char c) {
		if (isDigit(c)) {
			return c - '0';
		}
		if (c >= 'a' && c <= 'f') {
			return c - 'a' + 10;
		}
		return (c >= 'A' && c <= 'F') ? c - 'A' + 10 : -1;
	}

}

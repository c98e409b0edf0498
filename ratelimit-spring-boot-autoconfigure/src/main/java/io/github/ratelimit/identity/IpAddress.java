package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * An IP address, the same however it was spelled. An IPv6 address that carries an IPv4
 * address (IPv4-mapped, IPv4-compatible, or behind the well-known prefix of NAT64, RFC
 * 6052) is that IPv4 address.
 *
 * @param version4 whether this is an IPv4 address
 * @param high upper 64 bits of an IPv6 address
 * @param low lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 */
record IpAddress(boolean version4, long high, long low) {

	/**
	 * Whoever comes over a socket without addresses comes from here.
	 */
	static final IpAddress LOOPBACK = new IpAddress(true, 0, 0x7F000001L);

	static final int BITS_4 = 32;

	static final int BITS_6 = 128;

	private static final long NAT64 = 0x0064FF9B_00000000L;

	private static final long MAPPED = 0xFFFF;

	/**
	 * Read an address. Names are never looked up, and an IPv4 address has four decimal
	 * parts without leading zeros.
	 * @param text the address, an IPv6 address perhaps with a zone, which is dropped
	 * @return the address, {@code null} if the text is none
	 */
	static @Nullable IpAddress parse(String text) {
		return IpAddressParser.parse(text);
	}

	static IpAddress version4(long bits) {
		return new IpAddress(true, 0, bits);
	}

	/**
	 * Return the address of 128 bits, which is an IPv4 address where they carry one.
	 */
	static IpAddress version6(long high, long low) {
		long upper = low >>> 32;
		boolean mapped = high == 0 && upper == MAPPED;
		boolean compatible = high == 0 && upper == 0 && low > 1;
		boolean translated = high == NAT64 && upper == 0;
		return (mapped || compatible || translated) ? version4(low & 0xFFFFFFFFL) : new IpAddress(false, high, low);
	}

	int bits() {
		return (this.version4) ? BITS_4 : BITS_6;
	}

	/**
	 * Return whether this is {@code ::} or {@code ::1}, beside which nothing else is in
	 * use.
	 */
	boolean isReservedInVersion6() {
		return !this.version4 && this.high == 0 && this.low <= 1 && this.low >= 0;
	}

	/**
	 * Return whether this is an address of a 6to4 network (RFC 3056), of which whoever
	 * has one IPv4 address has all that begin with the same 48 bits.
	 */
	boolean is6to4() {
		return !this.version4 && this.high >>> 48 == 0x2002;
	}

	/**
	 * Return this address with all bits behind a prefix cleared.
	 */
	IpAddress masked(int prefix) {
		if (this.version4) {
			return version4(this.low & (upper(prefix + BITS_4)));
		}
		return new IpAddress(false, this.high & upper(Math.min(prefix, 64)), this.low & upper(prefix - 64));
	}

	/**
	 * Return 64 bits of which the first are set.
	 */
	private static long upper(int count) {
		return (count <= 0) ? 0 : -1L << (64 - count);
	}

	/**
	 * Return the canonical text of this address, that of RFC 5952.
	 */
	@Override
	public String toString() {
		if (this.version4) {
			return (this.low >>> 24) + "." + ((this.low >>> 16) & 0xFF) + "." + ((this.low >>> 8) & 0xFF) + "."
					+ (this.low & 0xFF);
		}
		int[] run = longestZeros();
		StringBuilder text = new StringBuilder(39);
		for (int i = 0; i < 8; i++) {
			if (i == run[0]) {
				text.append("::");
				i += run[1] - 1;
				continue;
			}
			if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
				text.append(':');
			}
			text.append(Integer.toHexString(group(i)));
		}
		return text.toString();
	}

	private int group(int index) {
		long half = (index < 4) ? this.high : this.low;
		return (int) (half >>> (48 - 16 * (index % 4))) & 0xFFFF;
	}

	/**
	 * Return where the first of the longest runs of at least two zero groups begins, and
	 * its length.
	 */
	private int[] longestZeros() {
		int[] longest = { -1, 1 };
		int start = 0;
		for (int i = 0; i < 8; i++) {
			if (group(i) != 0) {
				start = i + 1;
			}
			else if (i + 1 - start > longest[1]) {
				longest[0] = start;
				longest[1] = i + 1 - start;
			}
		}
		return longest;
	}

}

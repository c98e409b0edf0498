package io.github.ratelimit.identity;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the address of a client is found, and which addresses are counted as one.
 *
 * @param trustedProxies proxies whose word on whom they forward for is taken
 * @param hops number of proxies before the application, in place of their addresses; 0
 * where it is not fixed
 * @param header the header field that the proxies set, {@code null} for whichever a
 * request has
 * @param ipv4Prefix bits of an IPv4 address that are counted by
 * @param ipv6Prefix bits of an IPv6 address that are counted by
 */
public record ClientAddressSettings(List<IpNetwork> trustedProxies, int hops, @Nullable ForwardingHeader header,
		int ipv4Prefix, int ipv6Prefix) {

	/**
	 * Most proxies that a request is followed through.
	 */
	public static final int MAX_HOPS = 32;

	/**
	 * No proxy is trusted; IPv4 addresses count by themselves, IPv6 addresses by their
	 * {@code /64}.
	 */
	public static final ClientAddressSettings DEFAULTS = new ClientAddressSettings(List.of(), 0, null, 32, 64);

	/**
	 * Check the settings.
	 */
	public ClientAddressSettings {
		trustedProxies = List.copyOf(trustedProxies);
		require(hops >= 0 && hops <= MAX_HOPS, "hops must be 0 to " + MAX_HOPS);
		require(hops == 0 || trustedProxies.isEmpty(), "proxies must be trusted by address or by number, not both");
		require(ipv4Prefix >= 1 && ipv4Prefix <= IpAddress.BITS_4, "ipv4Prefix must be 1 to 32");
		require(ipv6Prefix >= 1 && ipv6Prefix <= IpAddress.BITS_6, "ipv6Prefix must be 1 to 128");
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * Return whether the word of any proxy is taken.
	 * @return {@code false} if forwarding headers are never read
	 */
	public boolean trustsProxies() {
		return this.hops > 0 || !this.trustedProxies.isEmpty();
	}

	/**
	 * Return these settings with other trusted proxies.
	 * @param trustedProxies the networks of the proxies
	 * @return the settings
	 */
	public ClientAddressSettings withTrustedProxies(List<IpNetwork> trustedProxies) {
		return new ClientAddressSettings(trustedProxies, this.hops, this.header, this.ipv4Prefix, this.ipv6Prefix);
	}

	/**
	 * Return these settings with a fixed number of proxies.
	 * @param hops the number of proxies
	 * @return the settings
	 */
	public ClientAddressSettings withHops(int hops) {
		return new ClientAddressSettings(this.trustedProxies, hops, this.header, this.ipv4Prefix, this.ipv6Prefix);
	}

	/**
	 * Return these settings with a header field.
	 * @param header the field, {@code null} for whichever a request has
	 * @return the settings
	 */
	public ClientAddressSettings withHeader(@Nullable ForwardingHeader header) {
		return new ClientAddressSettings(this.trustedProxies, this.hops, header, this.ipv4Prefix, this.ipv6Prefix);
	}

	/**
	 * Return these settings with other prefixes to count by.
	 * @param ipv4Prefix bits of an IPv4 address
	 * @param ipv6Prefix bits of an IPv6 address
	 * @return the settings
	 */
	public ClientAddressSettings withPrefixes(int ipv4Prefix, int ipv6Prefix) {
		return new ClientAddressSettings(this.trustedProxies, this.hops, this.header, ipv4Prefix, ipv6Prefix);
	}

}

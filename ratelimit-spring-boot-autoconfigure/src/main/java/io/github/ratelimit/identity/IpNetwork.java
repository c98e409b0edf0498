package io.github.ratelimit.identity;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The IP addresses that begin with the same bits, as a CIDR block.
 */
public final class IpNetwork {

	private static final int CARRIED = IpAddress.BITS_6 - IpAddress.BITS_4;

	// As 10.0.0.0/8 and fc00::/7
	private static final int LARGEST_4 = 8;

	private static final int LARGEST_6 = 7;

	private static final List<IpNetwork> LOOPBACK = networks("127.0.0.0/8", "::1");

	// RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291
	private static final List<IpNetwork> PRIVATE = networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
			"100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10");

	private final IpAddress address;

	private final int prefix;

	private IpNetwork(IpAddress address, int prefix) {
		this.address = address;
		this.prefix = prefix;
	}

	/**
	 * Read a network, or the name of several.
	 * @param text a network such as {@code 10.0.0.0/8}, an address, {@code loopback}, or
	 * {@code private} for addresses that are not routed on the Internet, without loopback
	 * @return the networks
	 * @throws IllegalArgumentException if the text is none of it; the message is a clause
	 */
	public static List<IpNetwork> list(String text) {
		return switch (text) {
			case "loopback" -> LOOPBACK;
			case "private" -> PRIVATE;
			default -> List.of(parse(text));
		};
	}

	/**
	 * Read a network. An IPv4 network may be written as the IPv6 network that carries it,
	 * such as {@code ::ffff:10.0.0.0/104}.
	 * @param text a network such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}, or an
	 * address
	 * @return the network
	 * @throws IllegalArgumentException if the text is none; the message is a clause
	 */
	public static IpNetwork parse(String text) {
		int slash = text.indexOf('/');
		String first = (slash < 0) ? text : text.substring(0, slash);
		IpAddress address = (first.indexOf('%') < 0) ? IpAddress.parse(first) : null;
		if (address == null) {
			throw new IllegalArgumentException("'" + text + "' is not an IP address or network");
		}
		if (slash < 0) {
			return new IpNetwork(address, address.bits());
		}
		int offset = (address.version4() && first.indexOf(':') >= 0) ? CARRIED : 0;
		int prefix = prefix(text.substring(slash + 1)) - offset;
		if (prefix < 0 || prefix > address.bits()) {
			throw new IllegalArgumentException(
					"the prefix of '" + text + "' is not a number from " + offset + " to " + (offset + address.bits()));
		}
		IpNetwork network = new IpNetwork(address.masked(prefix), prefix);
		if (!network.address.equals(address)) {
			throw new IllegalArgumentException(
					"'" + text + "' has bits set behind its prefix; the network of that address is " + network);
		}
		return network;
	}

	/**
	 * Return the length of a prefix, -1 if the text is none.
	 */
	private static int prefix(String text) {
		return (text.matches("0|[1-9][0-9]{0,2}")) ? Integer.parseInt(text) : -1;
	}

	private static List<IpNetwork> networks(String... texts) {
		return Stream.of(texts).map(IpNetwork::parse).toList();
	}

	/**
	 * Return the network of an address.
	 */
	static IpNetwork of(IpAddress address, int prefix) {
		return new IpNetwork(address.masked(prefix), prefix);
	}

	boolean contains(IpAddress other) {
		return other.version4() == this.address.version4() && other.masked(this.prefix).equals(this.address);
	}

	/**
	 * Return whether this network is larger than any that belongs to one.
	 * @return {@code true} for {@code 0.0.0.0/0} and {@code ::/0}, and for halves and
	 * other large parts of them: prefixes of less than 8 bits of IPv4, or 7 of IPv6
	 */
	public boolean isBroad() {
		return this.prefix < ((this.address.version4()) ? LARGEST_4 : LARGEST_6);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof IpNetwork network && this.prefix == network.prefix
				&& this.address.equals(network.address);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.address, this.prefix);
	}

	/**
	 * Return the canonical text of this network, the address alone if it is of one.
	 */
	@Override
	public String toString() {
		return (this.prefix == this.address.bits()) ? this.address.toString() : this.address + "/" + this.prefix;
	}

}

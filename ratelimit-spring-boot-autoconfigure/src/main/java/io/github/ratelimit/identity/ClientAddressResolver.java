package io.github.ratelimit.identity;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Finds the address of the client that a request came from, through the proxies that are
 * trusted to say so, and from no others.
 * <p>
 * Starts at the address the connection came from. While that is a trusted proxy, goes on
 * to the address it appended to its forwarding header, so from the end of the header to
 * its beginning. What a client wrote into the header itself stands before what proxies
 * appended, and is not reached. Safe for use by many threads.
 */
public final class ClientAddressResolver {

	private static final int PREFIX_6TO4 = 48;

	private final ClientAddressSettings settings;

	/**
	 * Create a resolver.
	 * @param settings which proxies are trusted, and what is counted as one
	 */
	public ClientAddressResolver(ClientAddressSettings settings) {
		this.settings = Objects.requireNonNull(settings, "settings must not be null");
	}

	/**
	 * Return how addresses are found.
	 * @return the settings
	 */
	public ClientAddressSettings settings() {
		return this.settings;
	}

	/**
	 * Find the address of a client.
	 * @param peer address the connection came from, {@code null} or blank for a socket
	 * without addresses, which is of this host
	 * @param headers gives the values of a header field by its name, in their order
	 * @return the address, {@code null} if the peer is something else than an address
	 */
	public @Nullable ClientAddress resolve(@Nullable String peer, Function<String, List<String>> headers) {
		IpAddress address = address(peer);
		if (address == null) {
			return null;
		}
		return isProxy(address, 0) ? clientAddress(client(address, headers), null) : clientAddress(address, peer);
	}

	/**
	 * Return the address of a client that is no proxy, or was found by somebody else.
	 * @param peer the address, {@code null} or blank for a socket without addresses
	 * @return the address, {@code null} if the peer is something else than an address
	 */
	public @Nullable ClientAddress resolve(@Nullable String peer) {
		IpAddress address = address(peer);
		return (address != null) ? clientAddress(address, peer) : null;
	}

	private static @Nullable IpAddress address(@Nullable String peer) {
		return (peer == null || peer.isBlank()) ? IpAddress.LOOPBACK : ForwardedFor.node(peer);
	}

	private IpAddress client(IpAddress peer, Function<String, List<String>> headers) {
		if (this.settings.header() != null) {
			return client(peer, this.settings.header(), headers.apply(this.settings.header().fieldName()));
		}
		List<String> forwardedFor = headers.apply(ForwardingHeader.X_FORWARDED_FOR.fieldName());
		List<String> forwarded = headers.apply(ForwardingHeader.FORWARDED.fieldName());
		if (forwarded.isEmpty()) {
			return client(peer, ForwardingHeader.X_FORWARDED_FOR, forwardedFor);
		}
		IpAddress client = client(peer, ForwardingHeader.FORWARDED, forwarded);
		// A proxy knows one of the two and passes the other on, as the client wrote it
		return (forwardedFor.isEmpty() || client.equals(client(peer, ForwardingHeader.X_FORWARDED_FOR, forwardedFor)))
				? client : peer;
	}

	private IpAddress client(IpAddress peer, ForwardingHeader header, List<? extends CharSequence> fields) {
		boolean forwarded = header == ForwardingHeader.FORWARDED;
		HeaderElements elements = new HeaderElements(fields, forwarded);
		IpAddress address = peer;
		for (int hop = 0; hop < ClientAddressSettings.MAX_HOPS && isProxy(address, hop); hop++) {
			IpAddress next = (forwarded) ? ForwardedFor.element(elements.next()) : ForwardedFor.node(elements.next());
			if (next == null) {
				return address;
			}
			address = next;
		}
		return address;
	}

	private boolean isProxy(IpAddress address, int hop) {
		if (this.settings.hops() > 0) {
			return hop < this.settings.hops();
		}
		for (IpNetwork network : this.settings.trustedProxies()) {
			if (network.contains(address)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return an address with the network it is counted by.
	 * @param written the address as it was written, {@code null} if nobody knows
	 */
	private ClientAddress clientAddress(IpAddress address, @Nullable String written) {
		int prefix = (address.version4()) ? this.settings.ipv4Prefix() : this.settings.ipv6Prefix();
		prefix = (address.is6to4()) ? Math.min(prefix, PREFIX_6TO4) : prefix;
		String text = (written != null && isCanonical(address, written)) ? written : address.toString();
		return new ClientAddress(text, (prefix == address.bits() || address.isReservedInVersion6()) ? text
				: IpNetwork.of(address, prefix).toString());
	}

	/**
	 * Return whether an address was written in its canonical form, as far as one look can
	 * tell: there is no other for IPv4.
	 */
	private static boolean isCanonical(IpAddress address, String written) {
		return address.version4() && !written.isBlank() && written.indexOf(':') < 0;
	}

}

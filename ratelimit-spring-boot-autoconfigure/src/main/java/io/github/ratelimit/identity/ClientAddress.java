package io.github.ratelimit.identity;

import java.util.Objects;

/**
 * The network address that a request came from.
 *
 * @param address the address in its canonical form, such as {@code 203.0.113.7} or
 * {@code 2001:db8::1}
 * @param group the addresses that are counted as one with it, such as {@code 203.0.113.7}
 * or {@code 2001:db8::/64}
 */
public record ClientAddress(String address, String group) {

	/**
	 * Check the address.
	 */
	public ClientAddress {
		Objects.requireNonNull(address, "address must not be null");
		Objects.requireNonNull(group, "group must not be null");
	}

	/**
	 * Return an address that is counted by itself.
	 * @param address the address in its canonical form
	 * @return the address
	 */
	public static ClientAddress of(String address) {
		return new ClientAddress(address, address);
	}

}

package io.github.ratelimit.autoconfigure.actuate;

import java.util.Objects;
import java.util.function.UnaryOperator;

import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.identity.ClientAddressResolver;

import org.springframework.util.StringUtils;

/**
 * Makes of an address in any spelling, as an operator copies it from somewhere, the key
 * that it is counted by. Other keys stay as they are.
 */
final class CanonicalKeys implements UnaryOperator<String> {

	private static final String ADDRESS = "ip:";

	private final ClientAddressResolver addresses;

	CanonicalKeys(ClientAddressResolver addresses) {
		this.addresses = Objects.requireNonNull(addresses, "addresses must not be null");
	}

	@Override
	public String apply(String key) {
		if (!key.startsWith(ADDRESS) || !StringUtils.hasText(key.substring(ADDRESS.length()))) {
			return key;
		}
		ClientAddress address = this.addresses.resolve(key.substring(ADDRESS.length()));
		return (address != null) ? ADDRESS + address.group() : key;
	}

}

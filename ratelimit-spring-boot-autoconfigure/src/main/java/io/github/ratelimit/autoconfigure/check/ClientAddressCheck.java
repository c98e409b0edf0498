package io.github.ratelimit.autoconfigure.check;

import java.util.List;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Looks for settings by which callers choose their own address.
 */
final class ClientAddressCheck implements StartupCheck {

	private static final String TRUSTED_PROXIES = "ratelimit.client-address.trusted-proxies";

	private static final String IPV6_PREFIX = "ratelimit.client-address.ipv6-prefix";

	private static final int IPV6_BITS = 128;

	private final Binder binder;

	ClientAddressCheck(Environment environment) {
		this.binder = Binder.get(environment);
	}

	@Override
	public void run(Findings findings) {
		this.binder.bind(TRUSTED_PROXIES, Bindable.listOf(String.class))
			.orElseGet(List::of)
			.stream()
			.map(String::trim)
			.filter((network) -> network.matches(".*/0+"))
			.forEach((network) -> findings.report(Check.EVERYBODY_TRUSTED,
					("Property '%s' has '%s', so that any caller is taken for a proxy and says itself in a header which "
							+ "address it has.")
						.formatted(TRUSTED_PROXIES, network)));
		int prefix = this.binder.bind(IPV6_PREFIX, Integer.class).orElse(0);
		if (prefix >= IPV6_BITS) {
			findings.report(Check.WHOLE_IPV6_ADDRESSES,
					("Property '%s' is %d, so that a caller with an IPv6 network of its own, which is common, has a fresh "
							+ "count with each of its addresses.")
						.formatted(IPV6_PREFIX, prefix));
		}
	}

}

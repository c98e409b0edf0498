package io.github.ratelimit.autoconfigure.check;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.identity.ClientAddressSettings;
import io.github.ratelimit.identity.IpNetwork;

/**
 * Looks for settings by which callers choose their own address.
 */
final class ClientAddressCheck implements StartupCheck {

	private static final String TRUSTED_PROXIES = "ratelimit.client-address.trusted-proxies";

	private static final String IPV6_PREFIX = "ratelimit.client-address.ipv6-prefix";

	// What providers give to one customer at least
	private static final int CUSTOMER_PREFIX = 64;

	private final ClientAddressSettings settings;

	ClientAddressCheck(ClientAddressSettings settings) {
		this.settings = settings;
	}

	@Override
	public void run(Findings findings) {
		this.settings.trustedProxies()
			.stream()
			.filter(IpNetwork::isBroad)
			.forEach((network) -> findings.report(Check.EVERYBODY_TRUSTED,
					("Property '%s' has '%s', so that any caller there is taken for a proxy and says itself in a header "
							+ "which address it has.")
						.formatted(TRUSTED_PROXIES, network)));
		if (this.settings.trustsProxies() && this.settings.header() == null) {
			findings.report(Check.UNNAMED_FORWARDING,
					"Property 'ratelimit.client-address.header' is not set, so that a caller who sends the header that "
							+ "proxies pass on as it is has the count of the proxy beside its own.");
		}
		int prefix = this.settings.ipv6Prefix();
		if (prefix > CUSTOMER_PREFIX) {
			findings.report(Check.WHOLE_IPV6_ADDRESSES,
					("Property '%s' is %d, so that a caller with an IPv6 network of its own, which is common, has many "
							+ "counts to choose from.")
						.formatted(IPV6_PREFIX, prefix));
		}
	}

}

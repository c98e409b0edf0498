package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.identity.ClientAddressSettings;
import io.github.ratelimit.identity.ForwardingHeader;
import io.github.ratelimit.identity.IpNetwork;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the addresses that clients are known by.
 */
@ConfigurationProperties(ClientAddressProperties.PREFIX)
public class ClientAddressProperties {

	static final String PREFIX = "ratelimit.client-address";

	/**
	 * Proxies that are believed whom they forward for: networks such as '10.0.0.0/8',
	 * addresses, 'private' for all private ones, 'loopback'.
	 */
	private final List<String> trustedProxies = new ArrayList<>();

	/**
	 * Number of proxies before the application, all of which are believed, where their
	 * addresses are not known.
	 */
	private @Nullable Integer hops;

	/**
	 * Header that the proxies set. By default whichever a request has; where it has both,
	 * they must agree.
	 */
	private @Nullable ForwardingHeader header;

	/**
	 * Leading bits of IPv4 addresses that are counted as one client.
	 */
	private int ipv4Prefix = 32;

	/**
	 * Leading bits of IPv6 addresses that are counted as one client.
	 */
	private int ipv6Prefix = 64;

	public List<String> getTrustedProxies() {
		return this.trustedProxies;
	}

	public @Nullable Integer getHops() {
		return this.hops;
	}

	public void setHops(@Nullable Integer hops) {
		this.hops = hops;
	}

	public @Nullable ForwardingHeader getHeader() {
		return this.header;
	}

	public void setHeader(@Nullable ForwardingHeader header) {
		this.header = header;
	}

	public int getIpv4Prefix() {
		return this.ipv4Prefix;
	}

	public void setIpv4Prefix(int ipv4Prefix) {
		this.ipv4Prefix = ipv4Prefix;
	}

	public int getIpv6Prefix() {
		return this.ipv6Prefix;
	}

	public void setIpv6Prefix(int ipv6Prefix) {
		this.ipv6Prefix = ipv6Prefix;
	}

	/**
	 * Return these as settings.
	 * @return the settings
	 * @throws InvalidRateLimitConfigurationException if one of them makes no sense
	 */
	public ClientAddressSettings settings() {
		requirePrefix("ipv4-prefix", this.ipv4Prefix, 32);
		requirePrefix("ipv6-prefix", this.ipv6Prefix, 128);
		return new ClientAddressSettings(proxies(), hops(), this.header, this.ipv4Prefix, this.ipv6Prefix);
	}

	private List<IpNetwork> proxies() {
		List<IpNetwork> proxies = new ArrayList<>();
		for (int i = 0; i < this.trustedProxies.size(); i++) {
			String place = (this.trustedProxies.size() > 1) ? "trusted-proxies[" + i + "]" : "trusted-proxies";
			try {
				proxies.addAll(IpNetwork.list(this.trustedProxies.get(i).trim()));
			}
			catch (IllegalArgumentException ex) {
				throw invalid(place, this.trustedProxies.get(i), Objects.requireNonNull(ex.getMessage()),
						"Set '%s.%s' to a network such as 10.0.0.0/8, an address, private or loopback.");
			}
		}
		return proxies;
	}

	private int hops() {
		if (this.hops == null) {
			return 0;
		}
		if (this.hops < 1 || this.hops > ClientAddressSettings.MAX_HOPS) {
			throw invalid("hops", this.hops.toString(),
					"it is not a number from 1 to " + ClientAddressSettings.MAX_HOPS,
					"Set '%s.%s' to the number of proxies that every request comes through, or leave it out.");
		}
		if (!this.trustedProxies.isEmpty()) {
			throw invalid("hops", this.hops.toString(),
					"'" + PREFIX + ".trusted-proxies' says by address which proxies are believed",
					"Set '" + PREFIX + ".trusted-proxies' or '%s.%s', not both.");
		}
		return this.hops;
	}

	private static void requirePrefix(String name, int value, int bits) {
		if (value < 1 || value > bits) {
			throw invalid(name, Integer.toString(value), "it is not a number from 1 to " + bits,
					"Set '%s.%s' to at most " + bits + ", which counts each address by itself.");
		}
	}

	private static InvalidRateLimitConfigurationException invalid(String name, String value, String reason,
			String remedy) {
		return new InvalidRateLimitConfigurationException(PREFIX + "." + name, value, reason,
				remedy.formatted(PREFIX, name));
	}

}

package io.github.ratelimit.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ClientAddressResolver}, with the requests of {@code forwarding.txt}.
 */
class ClientAddressResolverTests {

	private static final ClientAddressSettings PRIVATE = ClientAddressSettings.DEFAULTS
		.withTrustedProxies(IpNetwork.list("private"));

	static List<List<String>> requests() {
		return AddressTable.read("forwarding.txt");
	}

	@ParameterizedTest
	@MethodSource("requests")
	void clientBehindProxies(List<String> row) {
		ClientAddress found = new ClientAddressResolver(settings(row.get(1)))
			.resolve(row.get(0).equals("''") ? null : row.get(0), headers(row.get(2))::get);
		if (row.get(3).equals("-")) {
			assertThat(found).isNull();
		}
		else {
			assertThat(found).isEqualTo(new ClientAddressResolver(ClientAddressSettings.DEFAULTS).resolve(row.get(3)));
			assertThat(found.address()).isEqualTo(row.get(3));
		}
	}

	private static ClientAddressSettings settings(String text) {
		ClientAddressSettings settings = ClientAddressSettings.DEFAULTS;
		List<IpNetwork> trusted = new ArrayList<>();
		for (String word : text.split(" ")) {
			if (word.equals("XFF") || word.equals("FWD")) {
				settings = settings
					.withHeader(word.equals("XFF") ? ForwardingHeader.X_FORWARDED_FOR : ForwardingHeader.FORWARDED);
			}
			else if (word.matches("[0-9]+")) {
				settings = settings.withHops(Integer.parseInt(word));
			}
			else if (!word.equals("none")) {
				trusted.addAll(IpNetwork.list(word));
			}
		}
		return settings.withTrustedProxies(trusted);
	}

	private static Map<String, List<String>> headers(String text) {
		Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		headers.put("X-Forwarded-For", new ArrayList<>());
		headers.put("Forwarded", new ArrayList<>());
		Stream.of(text.split("&")).map(String::strip).filter((line) -> !line.isEmpty()).forEach((line) -> {
			String name = line.startsWith("XFF:") ? "X-Forwarded-For" : "Forwarded";
			assertThat(line).matches("(XFF|FWD):.*");
			headers.get(name).add(line.substring(4).strip());
		});
		return headers;
	}

	@Test
	void chainIsFollowedThroughSoManyProxiesAndNoMore() {
		List<String> chain = new ArrayList<>(List.of("198.51.100.1"));
		for (int i = 1; i <= 40; i++) {
			chain.add("10.0.0." + i);
		}
		assertThat(resolve(PRIVATE, chain.subList(0, 32))).isEqualTo("198.51.100.1");
		assertThat(resolve(PRIVATE, chain)).isEqualTo("10.0.0.9");
		assertThat(resolve(ClientAddressSettings.DEFAULTS.withHops(32), chain)).isEqualTo("10.0.0.9");
	}

	private static String resolve(ClientAddressSettings settings, List<String> chain) {
		return new ClientAddressResolver(settings)
			.resolve("10.0.0.99", (name) -> name.equals("Forwarded") ? List.of() : List.of(String.join(", ", chain)))
			.address();
	}

	@Test
	void headersAreNotReadForAPeerThatIsNotTrusted() {
		assertThat(new ClientAddressResolver(PRIVATE).resolve("203.0.113.7", (name) -> {
			throw new AssertionError(name);
		})).isEqualTo(ClientAddress.of("203.0.113.7"));
	}

	@ParameterizedTest
	@CsvSource({ "32, 64, 203.0.113.7, 203.0.113.7", "24, 64, 203.0.113.7, 203.0.113.0/24",
			"24, 64, ::ffff:203.0.113.7, 203.0.113.0/24", "1, 64, 203.0.113.7, 128.0.0.0/1",
			"32, 56, 2001:db8:0:1ff::1, 2001:db8:0:100::/56", "32, 48, 2001:db8:1:2::3, 2001:db8:1::/48",
			"32, 128, 2001:db8:1:2::3, 2001:db8:1:2::3", "32, 56, ::ffff:203.0.113.7, 203.0.113.7", "24, 32, ::1, ::1",
			"24, 32, ::, ::", "24, 32, 127.0.0.1, 127.0.0.0/24" })
	void addressesWithOnePrefixAreCountedAsOne(int ipv4Prefix, int ipv6Prefix, String address, String group) {
		assertThat(new ClientAddressResolver(ClientAddressSettings.DEFAULTS.withPrefixes(ipv4Prefix, ipv6Prefix))
			.resolve(address)
			.group()).isEqualTo(group);
	}

	@Test
	void settingsMakeSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> PRIVATE.withHops(1))
			.withMessage("proxies must be trusted by address or by number, not both");
		assertThatIllegalArgumentException().isThrownBy(() -> ClientAddressSettings.DEFAULTS.withHops(33))
			.withMessage("hops must be 0 to 32");
		assertThatIllegalArgumentException().isThrownBy(() -> ClientAddressSettings.DEFAULTS.withHops(-1))
			.withMessage("hops must be 0 to 32");
		assertThatIllegalArgumentException().isThrownBy(() -> PRIVATE.withPrefixes(0, 64))
			.withMessage("ipv4Prefix must be 1 to 32");
		assertThatIllegalArgumentException().isThrownBy(() -> PRIVATE.withPrefixes(32, 129))
			.withMessage("ipv6Prefix must be 1 to 128");
		assertThat(ClientAddressSettings.DEFAULTS.trustsProxies()).isFalse();
		assertThat(PRIVATE.trustsProxies()).isTrue();
		assertThat(ClientAddressSettings.DEFAULTS.withHops(1).trustsProxies()).isTrue();
		assertThat(Collections.unmodifiableList(PRIVATE.trustedProxies())).isEqualTo(IpNetwork.list("private"));
	}

}

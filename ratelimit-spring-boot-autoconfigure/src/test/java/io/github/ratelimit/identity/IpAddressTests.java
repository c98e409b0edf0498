package io.github.ratelimit.identity;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IpAddress}, with the texts of {@code addresses.txt}.
 */
class IpAddressTests {

	private final ClientAddressResolver resolver = new ClientAddressResolver(ClientAddressSettings.DEFAULTS);

	static List<List<String>> addresses() {
		return AddressTable.read("addresses.txt");
	}

	@ParameterizedTest
	@MethodSource("addresses")
	void textIsTheAddressItSpells(List<String> row) {
		IpAddress address = IpAddress.parse(row.get(0));
		if (row.get(1).equals("-")) {
			assertThat(address).isNull();
			return;
		}
		assertThat(address).hasToString(row.get(1));
		assertThat(IpAddress.parse(row.get(1))).isEqualTo(address);
		assertThat(this.resolver.resolve(row.get(0))).isEqualTo(new ClientAddress(row.get(1), row.get(2)));
	}

	@Test
	void nothingIsNoAddress() {
		for (String text : List.of("", " ", " 203.0.113.7", "203.0.113.7 ", "203.0.113.7\n", "\u0000", "::1\u0000",
				"2001:db8::1%" + "x".repeat(65), ":".repeat(100_000), "1".repeat(100_000))) {
			assertThat(IpAddress.parse(text)).as(text).isNull();
		}
	}

	@Test
	void addressesThatDifferInOneBitAreTwo() {
		Set<String> texts = new HashSet<>();
		for (int bit = 0; bit < 64; bit++) {
			texts.add(IpAddress.version6(0x20010DB8_00000000L ^ (1L << bit), 0).toString());
			texts.add(IpAddress.version6(0x20010DB8_00000000L, 1L << bit).toString());
		}
		assertThat(texts).hasSize(128);
	}

	@Test
	void maskClearsWhatIsBehindThePrefix() {
		IpAddress four = new IpAddress(true, 0, 0xFFFFFFFFL);
		assertThat(List.of(0, 1, 24, 31, 32)).extracting((prefix) -> four.masked(prefix).toString())
			.containsExactly("0.0.0.0", "128.0.0.0", "255.255.255.0", "255.255.255.254", "255.255.255.255");
		IpAddress six = new IpAddress(false, -1, -1);
		assertThat(List.of(0, 1, 64, 65, 127, 128)).extracting((prefix) -> six.masked(prefix).toString())
			.containsExactly("::", "8000::", "ffff:ffff:ffff:ffff::", "ffff:ffff:ffff:ffff:8000::",
					"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	}

}

package io.github.ratelimit.identity;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link IpNetwork}.
 */
class IpNetworkTests {

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.0.0.0/8", "0.0.0.0/0, 0.0.0.0/0", "203.0.113.7, 203.0.113.7",
			"203.0.113.7/32, 203.0.113.7", "2001:DB8:0::/64, 2001:db8::/64", "2001:db8::1/128, 2001:db8::1",
			"::/0, ::/0", "::1, ::1", "::ffff:10.0.0.0/104, 10.0.0.0/8", "::ffff:10.0.0.1, 10.0.0.1",
			"::ffff:10.0.0.1/128, 10.0.0.1", "::ffff:0:0/96, 0.0.0.0/0", "64:ff9b::10.0.0.0/104, 10.0.0.0/8" })
	void canonicalText(String text, String canonical) {
		IpNetwork network = IpNetwork.parse(text);
		assertThat(network).hasToString(canonical).isEqualTo(IpNetwork.parse(canonical));
		assertThat(network).hasSameHashCodeAs(IpNetwork.parse(canonical));
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
			"172.16.0.0/12, 172.16.0.0, 172.31.255.255, 172.15.255.255, 172.32.0.0",
			"203.0.113.7, 203.0.113.7, ::ffff:203.0.113.7, 203.0.113.6, 203.0.113.8",
			"2001:db8::/33, 2001:db8::1, 2001:db8:7fff::, 2001:db8:8000::, 2001:db9::",
			"2001:db8::/65, 2001:db8::1, 2001:db8:0:0:7fff::, 2001:db8::8000:0:0:0, 2001:db8:0:1::",
			"0.0.0.0/0, 0.0.0.0, 255.255.255.255, ::, 2001:db8::1", "::/0, ::, ffff::, 0.0.0.0, ::ffff:1.2.3.4" })
	void containsItsAddresses(String text, String first, String last, String below, String above) {
		IpNetwork network = IpNetwork.parse(text);
		assertThat(List.of(first, last)).allMatch((address) -> network.contains(IpAddress.parse(address)));
		assertThat(List.of(below, above)).noneMatch((address) -> network.contains(IpAddress.parse(address)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "example.com", "10.0.0/8", "10.0.0.0.0/8", "010.0.0.0/8", "/8", "[::1]", "[::1]/128",
			"fe80::1%eth0", "fe80::%eth0/10", "Private", "10.0.0.0 /8", "10.*" })
	void textThatIsNoAddress(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> IpNetwork.parse(text))
			.withMessage("'" + text + "' is not an IP address or network");
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/33, 0, 32", "10.0.0.0/, 0, 32", "10.0.0.0/-1, 0, 32", "10.0.0.0/08, 0, 32",
			"10.0.0.0/8/8, 0, 32", "10.0.0.0/255.0.0.0, 0, 32", "10.0.0.0/99999999999, 0, 32", "2001:db8::/129, 0, 128",
			"2001:db8::/x, 0, 128", "::ffff:10.0.0.0/8, 96, 128", "::ffff:10.0.0.0/95, 96, 128",
			"::ffff:10.0.0.0/129, 96, 128", "::ffff:10.0.0.0/, 96, 128" })
	void prefixThatIsNone(String text, int least, int most) {
		assertThatIllegalArgumentException().isThrownBy(() -> IpNetwork.parse(text))
			.withMessage("the prefix of '%s' is not a number from %d to %d", text, least, most);
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.1/8, 10.0.0.0/8", "203.0.113.7/31, 203.0.113.6/31", "2001:db8::1/32, 2001:db8::/32",
			"::ffff:10.1.0.0/104, 10.0.0.0/8" })
	void addressThatIsNotTheFirst(String text, String meant) {
		assertThatIllegalArgumentException().isThrownBy(() -> IpNetwork.parse(text))
			.withMessage("'%s' has bits set behind its prefix; the network of that address is %s", text, meant);
	}

	@Test
	void namesOfSeveral() {
		assertThat(IpNetwork.list("loopback")).extracting(IpNetwork::toString).containsExactly("127.0.0.0/8", "::1");
		assertThat(IpNetwork.list("private")).extracting(IpNetwork::toString)
			.containsExactly("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
					"fc00::/7", "fe80::/10");
		assertThat(IpNetwork.list("10.0.0.0/8")).containsExactly(IpNetwork.parse("10.0.0.0/8"));
	}

	@Test
	void everything() {
		assertThat(IpNetwork.parse("0.0.0.0/0").isBroad()).isTrue();
		assertThat(IpNetwork.parse("::/0").isBroad()).isTrue();
		assertThat(IpNetwork.parse("128.0.0.0/1").isBroad()).isTrue();
		assertThat(IpNetwork.parse("2000::/3").isBroad()).isTrue();
		assertThat(IpNetwork.parse("10.0.0.0/8").isBroad()).isFalse();
		assertThat(IpNetwork.parse("fc00::/7").isBroad()).isFalse();
	}

}

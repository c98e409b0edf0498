package io.github.ratelimit.web.servlet;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.identity.ClientAddressSettings;
import io.github.ratelimit.identity.IpNetwork;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServletClientAddresses}.
 */
class ServletClientAddressesTests {

	private final Findings findings = new Findings(Check::severity);

	private final ServletClientAddresses addresses = new ServletClientAddresses(
			new ClientAddressResolver(ClientAddressSettings.DEFAULTS.withTrustedProxies(IpNetwork.list("10.0.0.0/8"))),
			this.findings);

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	@Test
	void wrapperIsNotBelieved() {
		this.request.setRemoteAddr("203.0.113.7");
		HttpServletRequest wrapped = new HttpServletRequestWrapper(new HttpServletRequestWrapper(this.request) {

			@Override
			public String getRemoteAddr() {
				return "192.0.2.66";
			}

		});
		assertThat(this.addresses.address(wrapped)).isEqualTo(ClientAddress.of("203.0.113.7"));
	}

	@Test
	void headerThatAWrapperHidesIsRead() {
		this.request.setRemoteAddr("10.0.0.1");
		this.request.addHeader("X-Forwarded-For", "198.51.100.1");
		HttpServletRequest wrapped = new HttpServletRequestWrapper(this.request) {

			@Override
			public String getHeader(String name) {
				return null;
			}

		};
		assertThat(this.addresses.address(wrapped)).isEqualTo(ClientAddress.of("198.51.100.1"));
	}

	@Test
	void addressOfARequestIsFoundOnce() {
		this.request.setRemoteAddr("10.0.0.1");
		this.request.addHeader("X-Forwarded-For", "198.51.100.1");
		ClientAddress address = this.addresses.address(this.request);
		this.request.setRemoteAddr("203.0.113.7");
		assertThat(this.addresses.address(new HttpServletRequestWrapper(this.request))).isSameAs(address);
	}

	@Test
	void peerThatIsNoAddressIsFoundOnceToo() {
		this.request.setRemoteAddr("unknown");
		assertThat(this.addresses.address(this.request)).isNull();
		this.request.setRemoteAddr("203.0.113.7");
		assertThat(this.addresses.address(this.request)).isNull();
	}

	@Test
	void thisHostIsKnownHoweverItIsSpelled() {
		assertThat(address("0:0:0:0:0:0:0:1")).isEqualTo(ClientAddress.of("::1"));
		assertThat(address("::ffff:127.0.0.1")).isEqualTo(ClientAddress.of("127.0.0.1"));
		assertThat(address("")).isEqualTo(ClientAddress.of("127.0.0.1"));
	}

	private ClientAddress address(String peer) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setRemoteAddr(peer);
		return this.addresses.address(request);
	}

}

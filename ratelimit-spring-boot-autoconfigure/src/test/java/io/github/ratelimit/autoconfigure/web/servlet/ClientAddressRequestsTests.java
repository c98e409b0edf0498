package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.web.servlet.ServletRequests;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the addresses that requests to a real server are counted by, with each way in
 * which the server itself may be told of proxies. Requests come from addresses of this
 * host, of which some are the proxies.
 */
class ClientAddressRequestsTests {

	private static final String TRUSTED = "ratelimit.client-address.trusted-proxies=";

	private static final String HOPS = "ratelimit.client-address.hops=";

	private static final String STRATEGY = "server.forward-headers-strategy=";

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework" })
	void headerIsNotBelievedWhereNobodyIsTrusted(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy)) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66", "Forwarded: for=192.0.2.67");
			assertCounted(application, "ip:127.0.0.2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework" })
	void headerIsWalkedFromItsEndThroughTrustedProxies(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy, TRUSTED + "127.0.0.2,203.0.113.0/24")) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1, 203.0.113.9");
			assertCounted(application, "ip:198.51.100.1");
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66", "x-forwarded-for: 198.51.100.2:443");
			assertCounted(application, "ip:198.51.100.2");
			request(application, "127.0.0.2", "Forwarded: for=192.0.2.66, for=\"[2001:DB8::0:1]:443\";proto=https");
			assertCounted(application, "ip:2001:db8::/64");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework" })
	void headerOfAPeerThatIsNotTrustedIsNotBelieved(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy, TRUSTED + "127.0.0.2")) {
			request(application, "127.0.0.3", "X-Forwarded-For: 192.0.2.66");
			assertCounted(application, "ip:127.0.0.3");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework" })
	void fixedNumberOfProxiesIsWalked(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy, HOPS + 2)) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1, 203.0.113.9");
			assertCounted(application, "ip:198.51.100.1");
		}
	}

	@Test
	void whatTomcatFoundIsTaken() {
		try (LimitedApplication application = start(STRATEGY + "native")) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1, 10.0.0.2");
			assertCounted(application, "ip:198.51.100.1");
		}
	}

	@Test
	void walkGoesOnWhereTomcatStopped() {
		try (LimitedApplication application = start(STRATEGY + "native", TRUSTED + "private,loopback,203.0.113.0/24")) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1, 203.0.113.9, 10.0.0.2");
			assertCounted(application, "ip:198.51.100.1");
			request(application, "127.0.0.2", "X-Forwarded-For: 203.0.113.9", "Forwarded: for=192.0.2.66");
			assertCounted(application, "ip:203.0.113.9");
		}
	}

	@Test
	void hopsThatTomcatTookAreNotTakenAgain() {
		try (LimitedApplication application = start(STRATEGY + "native", HOPS + 1)) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1");
			assertCounted(application, "ip:198.51.100.1");
		}
	}

	@Test
	void hopsAreTakenWhereTomcatTookNone() {
		try (LimitedApplication application = start(STRATEGY + "native",
				"server.tomcat.remoteip.internal-proxies=10.0.0.0/8", HOPS + 1)) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1");
			assertCounted(application, "ip:198.51.100.1");
		}
	}

	@Test
	void clientWhomTomcatCouldNotNameIsNotAdmittedUncounted() {
		try (LimitedApplication application = start(STRATEGY + "native", TRUSTED + "127.0.0.2")) {
			assertThat(request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, unknown")).contains(" 400");
			assertThat(application.remaining("large", "ip:192.0.2.66")).isEqualTo(100);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			X-Forwarded-For:
			X-Forwarded-For: ,
			X-Forwarded-For: \u00E9\u00FF
			X-Forwarded-For: 192.0.2.66,\t
			X-Forwarded-For : 192.0.2.66
			X_Forwarded_For: 192.0.2.66
			Forwarded: for="192.0.2.66
			Forwarded: for=192.0.2.66;for=192.0.2.67
			Forwarded: for=192.0.2.66, for=_hidden
			""")
	void headerThatNamesNobodyLeadsToTheProxy(String header) {
		try (LimitedApplication application = start(TRUSTED + "127.0.0.2")) {
			String status = request(application, "127.0.0.2", header);
			if (!status.contains(" 400")) {
				assertCounted(application, "ip:127.0.0.2");
			}
			assertThat(application.remaining("large", "ip:192.0.2.66")).isEqualTo(100);
		}
	}

	@Test
	void addressesWithOnePrefixShareACount() {
		try (LimitedApplication application = start(TRUSTED + "127.0.0.2", "ratelimit.client-address.ipv4-prefix=24",
				"ratelimit.client-address.ipv6-prefix=56")) {
			request(application, "127.0.0.2", "X-Forwarded-For: 198.51.100.1");
			request(application, "127.0.0.2", "X-Forwarded-For: ::ffff:198.51.100.2");
			assertThat(application.remaining("large", "ip:198.51.100.0/24")).isEqualTo(98);
			request(application, "127.0.0.2", "X-Forwarded-For: 2001:db8:0:1::1");
			request(application, "127.0.0.2", "X-Forwarded-For: 2001:db8:0:ff::1");
			assertThat(application.remaining("large", "ip:2001:db8::/56")).isEqualTo(98);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework", "native" })
	void everyDispatchOfARequestIsOfOneClient(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy, TRUSTED + "127.0.0.2")) {
			String header = "X-Forwarded-For: 192.0.2.66, 198.51.100.1";
			send(application, "/later", "127.0.0.2", header);
			send(application, "/fails", "127.0.0.2", header);
			assertThat(application.bean(Dispatches.class).seen).containsExactly("REQUEST 198.51.100.1",
					"ASYNC 198.51.100.1", "REQUEST 198.51.100.1", "ERROR 198.51.100.1");
			assertThat(application.remaining("large", "ip:198.51.100.1")).isEqualTo(98);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "framework" })
	void proxiesThatNobodyTrustsAreReportedOnce(String strategy) {
		try (LimitedApplication application = start(STRATEGY + strategy)) {
			request(application, "127.0.0.2");
			assertThat(proxyFindings(application)).isEmpty();
			request(application, "127.0.0.2", "Forwarded: for=198.51.100.1");
			request(application, "127.0.0.3", "X-Forwarded-For: 198.51.100.1");
			assertThat(proxyFindings(application)).singleElement()
				.extracting(Finding::detail)
				.isEqualTo("A request came with the header 'Forwarded', which is ignored: whoever comes through one "
						+ "proxy shares its address.");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { TRUSTED + "10.0.0.0/8", HOPS + "1", STRATEGY + "native" })
	void nothingIsReportedWhereProxiesAreTrusted(String property) {
		try (LimitedApplication application = start(property)) {
			request(application, "127.0.0.2", "X-Forwarded-For: 192.0.2.66, 198.51.100.1");
			assertThat(proxyFindings(application)).isEmpty();
		}
	}

	private static List<Finding> proxyFindings(LimitedApplication application) {
		return application.bean(Findings.class)
			.all()
			.stream()
			.filter((finding) -> finding.check() == Check.UNTRUSTED_FORWARDING)
			.toList();
	}

	private static LimitedApplication start(String... properties) {
		String[] all = List
			.of(List.of("ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/**"), List.of(properties))
			.stream()
			.flatMap(List::stream)
			.toArray(String[]::new);
		return LimitedApplication.start(Dispatches.class, all);
	}

	private static void assertCounted(LimitedApplication application, String key) {
		assertThat(application.remaining("large", key)).as(key).isEqualTo(99);
	}

	private static String request(LimitedApplication application, String from, String... headers) {
		return send(application, "/now", from, headers);
	}

	/**
	 * Send a request as no client would write it, and return the first line of the
	 * response.
	 */
	private static String send(LimitedApplication application, String path, String from, String... headers) {
		try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), application.port(),
				InetAddress.getByName(from), 0)) {
			socket.setSoTimeout(30_000);
			String lines = (headers.length > 0) ? String.join("\r\n", headers) + "\r\n" : "";
			String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "Connection: close\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
			return response.lines().findFirst().orElse("");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An application that tells who its dispatches are of.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Dispatches {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Bean
		WebMvcConfigurer interceptors(ServletRequests requests) {
			return new WebMvcConfigurer() {

				@Override
				public void addInterceptors(InterceptorRegistry registry) {
					registry.addInterceptor(new Recorder(requests));
				}

			};
		}

		@Bean
		Pages pages() {
			return new Pages();
		}

		private final class Recorder implements HandlerInterceptor {

			private final ServletRequests requests;

			private Recorder(ServletRequests requests) {
				this.requests = requests;
			}

			@Override
			public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
				DispatcherType type = request.getDispatcherType();
				Caller caller = this.requests.resolve();
				Dispatches.this.seen.add(type + " " + caller.address().address());
				return true;
			}

		}

	}

	@RestController
	static class Pages {

		@GetMapping("/now")
		String now() {
			return "now";
		}

		@GetMapping("/later")
		Callable<String> later() {
			return () -> "later";
		}

		@GetMapping("/fails")
		String fails() {
			throw new UnsupportedOperationException("on purpose");
		}

	}

}

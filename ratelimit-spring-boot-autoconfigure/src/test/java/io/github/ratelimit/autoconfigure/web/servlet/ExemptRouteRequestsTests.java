package io.github.ratelimit.autoconfigure.web.servlet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for routes that exempt paths from those after them, on a real server.
 */
class ExemptRouteRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	private LimitedApplication application = start("ratelimit.routes[1].tier=large");

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void requestIsNotDecided() {
		assertThat(this.application.get("/health/ready")).satisfies((response) -> {
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().map().keySet()).noneMatch((name) -> name.startsWith("ratelimit"));
		});
		assertThat(this.application.remaining("large", HERE)).isEqualTo(100);
	}

	@Test
	void requestToAnotherPathIsDecided() {
		assertThat(this.application.get("/healthy").headers().firstValue("RateLimit-Remaining")).contains("99");
	}

	@Test
	void requestOfAnotherMethodIsDecided() {
		assertThat(this.application.send("DELETE", "/health").headers().firstValue("RateLimit-Remaining"))
			.contains("99");
	}

	@Test
	void errorOfAnExemptRequestIsNotDecidedEither() {
		assertThat(this.application.get("/health/broken").statusCode()).isEqualTo(500);
		assertThat(this.application.remaining("large", HERE)).isEqualTo(100);
	}

	@Test
	void routeThatIsDecidedBeforeAuthenticationComesSecondTooIfItStandsSecond() {
		this.application.close();
		this.application = start("ratelimit.routes[1].tier=auth", "ratelimit.tiers.auth.rate=1/d");
		for (int i = 0; i < 5; i++) {
			assertThat(this.application.get("/health").statusCode()).isEqualTo(200);
		}
		assertThat(this.application.get("/any").statusCode()).isEqualTo(200);
		assertThat(this.application.get("/any").statusCode()).isEqualTo(429);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/health/../any", "/health/..;/any", "/health/%2e%2e/any", "/health;x/../any",
			"/health/./../any", "//any", "/any/health", "/health/../any;/health", "http://x/health/../any" })
	void noWayToWriteAnExemptPathLeadsToAnother(String target) {
		String response = RawHttp.send(this.application.port(),
				"GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
		if (response.contains("any was here")) {
			assertThat(this.application.remaining("large", HERE)).as(response).isEqualTo(99);
		}
		assertThat(this.application.get("/any").body()).isEqualTo("any was here");
	}

	private static LimitedApplication start(String... properties) {
		String[] all = new String[properties.length + 4];
		System.arraycopy(properties, 0, all, 4, properties.length);
		all[0] = "ratelimit.routes[0].tier=none";
		all[1] = "ratelimit.routes[0].paths=/health/**";
		all[2] = "ratelimit.routes[0].methods=GET";
		all[3] = "ratelimit.routes[1].paths=/**";
		return LimitedApplication.start(Application.class, all);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		@RequestMapping("/{any}")
		String any() {
			return "any was here";
		}

		@RequestMapping({ "/health", "/health/ready" })
		String health() {
			return "up";
		}

		@RequestMapping("/health/broken")
		String broken() {
			throw new IllegalStateException("broken");
		}

	}

}

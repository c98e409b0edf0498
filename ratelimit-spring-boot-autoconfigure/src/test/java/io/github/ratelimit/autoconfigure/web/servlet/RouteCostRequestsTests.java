package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the cost of requests to routes, on a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class RouteCostRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	@Test
	void requestTakesWhatTheRouteSays() {
		try (LimitedApplication application = start("5")) {
			assertThat(application.get("/any").headers().firstValue("RateLimit-Remaining")).contains("95");
		}
	}

	@Test
	void requestTakesWhatItsHeaderSays() {
		try (LimitedApplication application = start("header:X-Cost")) {
			application.get("/any");
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			application.get("/any", "X-Cost", "9");
			assertThat(application.remaining("large", HERE)).isEqualTo(90);
		}
	}

	@Test
	void headerOfNoUseIsTheCallersFaultAndChargesNothing(CapturedOutput output) {
		try (LimitedApplication application = start("header:X-Cost")) {
			assertThat(application.get("/any", "X-Cost", "<script>")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(400);
				assertThat(response.headers().firstValue("Content-Type").orElseThrow())
					.startsWith("application/problem+json");
				assertThat(response.body()).isEqualTo("""
						{"type":"about:blank","title":"Bad Request","status":400,\
						"detail":"The header field X-Cost must be sent once, with a whole number from 0 to \
						9223372036854775807.","violated-policies":[],"error":"Bad request",\
						"message":"The header field X-Cost must be sent once, with a whole number from 0 to \
						9223372036854775807."}""");
				assertThat(response.headers().firstValue("Retry-After")).isEmpty();
			});
			assertThat(application.get("/any", "X-Cost", "1", "X-Cost", "2").statusCode()).isEqualTo(400);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
			assertThat(output).doesNotContain("ERROR").doesNotContain("X-Cost");
		}
	}

	@Test
	void headerOfNoUseTurnsNobodyAwayFromARouteThatIsOnlyWatched() {
		try (LimitedApplication application = start("header:X-Cost", "ratelimit.tiers.large.enforcement=shadow")) {
			assertThat(application.get("/any", "X-Cost", "none").statusCode()).isEqualTo(200);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
			application.get("/any", "X-Cost", "9");
			assertThat(application.remaining("large", HERE)).isEqualTo(91);
		}
	}

	@Test
	void headerOfNoUseIsRefusedWhereOneOfTheTiersIsEnforced() {
		try (LimitedApplication application = start("header:X-Cost", "ratelimit.routes[0].tier=large,small",
				"ratelimit.tiers.large.enforcement=shadow")) {
			assertThat(application.get("/any", "X-Cost", "none").statusCode()).isEqualTo(400);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
		}
	}

	@Test
	void requestOfNoCostPassesWhenNothingIsLeftAndSaysSo() {
		try (LimitedApplication application = start("header:X-Cost")) {
			application.get("/any", "X-Cost", "100");
			assertThat(application.get("/any").statusCode()).isEqualTo(429);
			assertThat(application.get("/any", "X-Cost", "0")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().firstValue("RateLimit-Remaining")).contains("0");
			});
		}
	}

	@Test
	void mistakeInAnExpressionTurnsNobodyAway(CapturedOutput output) {
		try (LimitedApplication application = start("request.getHeader('X-Size').length() - 3")) {
			assertThat(application.get("/any", "X-Size", "12345").statusCode()).isEqualTo(200);
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
			assertThat(application.get("/any", "X-Size", "1").statusCode()).isEqualTo(200);
			assertThat(application.get("/any").statusCode()).isEqualTo(200);
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
			assertThat(output).containsOnlyOnce("ERROR")
				.contains(
						"The cost 'request.getHeader('X-Size').length() - 3' of ratelimit.routes[0] must give a whole "
								+ "number that is not negative, not -2; the request is charged nothing");
		}
	}

	@Test
	void applicationsOwnWriterMayLeaveThatToTheErrorPage() {
		try (LimitedApplication application = LimitedApplication.start(OwnWriter.class, "ratelimit.routes[0].paths=/**",
				"ratelimit.routes[0].tier=large", "ratelimit.routes[0].cost=header:X-Cost")) {
			assertThat(application.get("/any", "X-Cost", "none")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(400);
				assertThat(response.body()).contains("\"status\":400");
			});
		}
	}

	private static LimitedApplication start(String cost, String... more) {
		List<String> properties = new ArrayList<>(
				List.of("ratelimit.routes[0].paths=/**", "ratelimit.routes[0].cost=" + cost));
		properties.addAll(List.of(more));
		if (properties.stream().noneMatch((property) -> property.startsWith("ratelimit.routes[0].tier="))) {
			properties.add("ratelimit.routes[0].tier=large");
		}
		return LimitedApplication.start(Endpoints.class, properties.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	static class Endpoints {

		@Bean
		Controller controller() {
			return new Controller();
		}

	}

	@RestController
	static class Controller {

		@GetMapping("/any")
		String any() {
			return "any";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWriter {

		@Bean
		RateLimitResponseWriter writer() {
			return new RateLimitResponseWriter() {

				@Override
				public void write(HttpServletRequest request, HttpServletResponse response, RateLimitDecision decision)
						throws IOException {
					response.sendError(420);
				}

			};
		}

	}

}

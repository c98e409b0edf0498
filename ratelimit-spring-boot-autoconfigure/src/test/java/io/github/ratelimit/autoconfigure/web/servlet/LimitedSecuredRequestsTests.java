package io.github.ratelimit.autoconfigure.web.servlet;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for limits on HTTP requests to a real server with Spring Security.
 */
class LimitedSecuredRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	private static final String[] ALL = { "ratelimit.routes[0].tier=large", "ratelimit.routes[0].paths=/**" };

	@Test
	void userIsTheKeyAndAnonymousIsNobody() {
		try (LimitedApplication application = start(ALL)) {
			assertThat(application.get("/open").statusCode()).isEqualTo(200);
			assertThat(application.get("/secured", "Authorization", basic("alice", "secret")).statusCode())
				.isEqualTo(200);
			assertThat(application.get("/open", "Authorization", basic("alice", "secret")).statusCode()).isEqualTo(200);
			assertThat(application.remaining("large", "user:alice")).isEqualTo(98);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			assertThat(application.remaining("large", "user:anonymousUser")).isEqualTo(100);
		}
	}

	@Test
	void planFollowsFromBeingKnown() {
		try (LimitedApplication application = start("ratelimit.tiers.large.plans.authenticated.rate=30/d",
				"ratelimit.tiers.large.plans.anonymous.rate=10/d", "ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/**")) {
			assertThat(application.get("/open").headers().firstValue("RateLimit-Limit")).contains("10");
			assertThat(application.get("/open", "Authorization", basic("alice", "secret"))
				.headers()
				.firstValue("RateLimit-Limit")).contains("30");
		}
	}

	@Test
	void requestThatSpringSecurityRefusedIsChargedOnceToItsRoute() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=large",
				"ratelimit.routes[0].paths=/secured/**", "ratelimit.routes[0].methods=POST",
				"ratelimit.routes[1].tier=small", "ratelimit.routes[1].paths=/**")) {
			assertThat(application.send("POST", "/secured/login").statusCode()).isEqualTo(401);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
			assertThat(application.remaining("small", HERE)).isEqualTo(2);
			assertThat(
					application.send("POST", "/secured/login", "Authorization", basic("alice", "wrong")).statusCode())
				.isEqualTo(401);
			assertThat(application.remaining("large", HERE)).isEqualTo(98);
			assertThat(application.remaining("small", HERE)).isEqualTo(2);
		}
	}

	@Test
	void wrongPasswordsAreRefusedBeyondTheLimit() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/secured")) {
			assertThat(application.get("/secured", "Authorization", basic("alice", "a")).statusCode()).isEqualTo(401);
			assertThat(application.get("/secured", "Authorization", basic("alice", "b")).statusCode()).isEqualTo(401);
			assertThat(application.get("/secured", "Authorization", basic("alice", "c"))).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("Retry-After")).isPresent();
				assertThat(response.headers().firstValue("RateLimit-Remaining")).contains("0");
				assertThat(response.body()).contains("quota-exceeded");
			});
		}
	}

	@Test
	void refusalKeepsTheHeadersOfSpringSecurity() {
		try (LimitedApplication application = start("ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/**")) {
			application.get("/open");
			application.get("/open");
			assertThat(application.get("/open")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
				assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
			});
		}
	}

	@Test
	void filterStaysBehindASpringSecurityThatWasMoved() {
		try (LimitedApplication application = start("spring.security.filter.order=50", ALL[0], ALL[1])) {
			application.get("/secured", "Authorization", basic("alice", "secret"));
			assertThat(application.remaining("large", "user:alice")).isEqualTo(99);
		}
	}

	@Test
	void filterThatIsPutBeforeSpringSecurityKnowsNobody() {
		try (LimitedApplication application = start("ratelimit.filter.order=-1000", ALL[0], ALL[1])) {
			application.get("/secured", "Authorization", basic("alice", "secret"));
			assertThat(application.remaining("large", "user:alice")).isEqualTo(100);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	private static String basic(String user, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	private static LimitedApplication start(String... properties) {
		return LimitedApplication.start(Secured.class, properties);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class })
	static class Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
					.permitAll()
					.requestMatchers("/open")
					.permitAll()
					.anyRequest()
					.authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(User.withUsername("alice").password("{noop}secret").build());
		}

		@Bean
		Controller controller() {
			return new Controller();
		}

	}

	@RestController
	static class Controller {

		@RequestMapping({ "/open", "/secured/**" })
		String any() {
			return "answer";
		}

	}

}

package io.github.ratelimit.autoconfigure.web.servlet;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.github.ratelimit.identity.PlanResolver;
import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.UrlHandlerFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for limits on logins that Spring Security answers, on a real server.
 */
class LimitedLoginTests {

	private static final String HERE = "ip:127.0.0.1";

	@Test
	void passwordIsNotCheckedOnceTheLimitIsReached() {
		try (LimitedApplication application = start(Basic.class, "ratelimit.routes[0].paths=/secured")) {
			assertThat(application.get("/secured", "Authorization", basic("alice", "a")).statusCode()).isEqualTo(401);
			assertThat(application.get("/secured", "Authorization", basic("alice", "b")).statusCode()).isEqualTo(401);
			int asked = application.bean(Users.class).asked.get();
			assertThat(asked).isEqualTo(2);
			assertThat(application.get("/secured", "Authorization", basic("alice", "secret"))).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().firstValue("Retry-After")).isPresent();
				assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
			});
			assertThat(application.bean(Users.class).asked).hasValue(asked);
		}
	}

	@Test
	void requestThatSpringSecurityAnswersIsChargedOnceToItsAddress() {
		try (LimitedApplication application = start(Basic.class, "ratelimit.routes[0].paths=/secured",
				"ratelimit.routes[1].tier=large", "ratelimit.routes[1].paths=/**")) {
			assertThat(application.get("/secured").statusCode()).isEqualTo(401);
			assertThat(application.remaining("auth", HERE)).isEqualTo(1);
			assertThat(application.get("/secured", "Authorization", basic("alice", "secret")).statusCode())
				.isEqualTo(200);
			assertThat(application.remaining("auth", HERE)).isZero();
			assertThat(application.remaining("auth", "user:alice")).isEqualTo(2);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
			assertThat(application.get("/other").statusCode()).isEqualTo(401);
			assertThat(application.remaining("large", HERE)).isEqualTo(99);
		}
	}

	@Test
	void askingWhatAPageMayDoIsNoWayToGuessPasswords() {
		try (LimitedApplication application = start(BasicWithCors.class, "ratelimit.routes[0].paths=/**")) {
			for (int i = 0; i < 2; i++) {
				assertThat(preflight(application, "Authorization", basic("alice", "guess" + i))).isNotEqualTo(429);
			}
			assertThat(preflight(application, "Authorization", basic("alice", "secret"))).isEqualTo(429);
			assertThat(application.bean(Users.class).asked).hasValue(2);
		}
	}

	@Test
	void askingWithAnApiKeyIsNoWayToGuessKeys() {
		try (LimitedApplication application = start(BasicWithCors.class, "ratelimit.routes[0].paths=/**",
				"ratelimit.keys.api-key-header=X-Partner-Key")) {
			for (int i = 0; i < 2; i++) {
				assertThat(preflight(application, "x-partner-key", "guess" + i)).isNotEqualTo(429);
			}
			assertThat(preflight(application, "X-Partner-Key", "right")).isEqualTo(429);
		}
	}

	private static int preflight(LimitedApplication application, String header, String value) {
		String answer = RawHttp.send(application.port(),
				"OPTIONS /cross HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://example.org\r\n"
						+ "Access-Control-Request-Method: GET\r\n" + header + ": " + value + "\r\n\r\n");
		return Integer.parseInt(answer.split(" ")[1]);
	}

	@Test
	void routeOfOneMoreTierStillComesBeforeAuthentication() {
		try (LimitedApplication application = start(Basic.class, "ratelimit.routes[0].tier[0]=large",
				"ratelimit.routes[0].tier[1]=auth", "ratelimit.routes[0].paths=/secured")) {
			for (int i = 0; i < 2; i++) {
				application.get("/secured", "Authorization", basic("alice", "guess" + i));
			}
			assertThat(application.get("/secured", "Authorization", basic("alice", "secret")).statusCode())
				.isEqualTo(429);
			assertThat(application.bean(Users.class).asked).hasValue(2);
		}
	}

	@Test
	void routeComesAfterAuthenticationWhereItSaysSo() {
		try (LimitedApplication application = start(Basic.class, "ratelimit.routes[0].paths=/secured",
				"ratelimit.routes[0].before-authentication=false")) {
			application.get("/secured", "Authorization", basic("alice", "secret"));
			assertThat(application.remaining("auth", "user:alice")).isEqualTo(1);
			assertThat(application.remaining("auth", HERE)).isEqualTo(2);
		}
	}

	@Test
	void refusedLoginTellsNothingOfTheAccountAndLocksNobodyOut() {
		try (LimitedApplication application = start(Form.class, "ratelimit.routes[0].paths=/login",
				"ratelimit.routes[0].methods=POST", "ratelimit.client-address.trusted-proxies=loopback")) {
			assertThat(login(application, "alice", "a", "192.0.2.1").statusCode()).isEqualTo(302);
			assertThat(login(application, "nobody", "a", "192.0.2.1").statusCode()).isEqualTo(302);
			int asked = application.bean(Users.class).asked.get();
			HttpResponse<String> known = login(application, "alice", "secret", "192.0.2.1");
			HttpResponse<String> unknown = login(application, "nobody", "secret", "192.0.2.1");
			assertThat(known.statusCode()).isEqualTo(429).isEqualTo(unknown.statusCode());
			assertThat(withoutNumbers(known.body())).isEqualTo(withoutNumbers(unknown.body()));
			assertThat(known.headers().map().keySet()).isEqualTo(unknown.headers().map().keySet());
			assertThat(known.headers().map()).doesNotContainKey("set-cookie");
			assertThat(application.bean(Users.class).asked).hasValue(asked);
			assertThat(login(application, "alice", "secret", "192.0.2.2")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(302);
				assertThat(response.headers().firstValue("Location").orElse("")).doesNotContain("error");
			});
		}
	}

	@Test
	void loginThatAFilterRewritesIsCountedBeforeSpringSecurity() {
		try (LimitedApplication application = start(FormWithSlashes.class, "ratelimit.routes[0].paths=/login",
				"ratelimit.routes[0].methods=POST")) {
			String form = "/login/?username=alice&password=wrong";
			assertThat(application.send("POST", form).statusCode()).isEqualTo(302);
			assertThat(application.send("POST", form).statusCode()).isEqualTo(302);
			assertThat(application.send("POST", form).statusCode()).isEqualTo(429);
			assertThat(application.bean(Users.class).asked).hasValue(2);
		}
	}

	@Test
	void planFollowsFromATokenThatWasVerified() {
		try (LimitedApplication application = start(Tokens.class, "ratelimit.routes[0].paths=/login",
				"ratelimit.routes[1].tier=large", "ratelimit.routes[1].paths=/**",
				"ratelimit.tiers.large.plans.premium.rate=50/d", "ratelimit.tiers.large.plans.anonymous.rate=10/d",
				"ratelimit.tiers.large.plans.authenticated.rate=30/d")) {
			Tokens tokens = application.bean(Tokens.class);
			assertThat(limit(application, tokens.token("alice", "premium"))).isEqualTo("50");
			assertThat(limit(application, tokens.token("bob", "read"))).isEqualTo("30");
		}
	}

	@Test
	void tokenThatIsNotVerifiedIsCountedOnlyBeforeAuthentication() {
		try (LimitedApplication application = start(Tokens.class, "ratelimit.routes[0].paths=/secured",
				"ratelimit.routes[1].tier=large", "ratelimit.routes[1].paths=/**")) {
			String token = application.bean(Tokens.class).token("alice", "read") + "x";
			assertThat(application.get("/other", "Authorization", "Bearer " + token).statusCode()).isEqualTo(401);
			assertThat(application.remaining("large", HERE)).isEqualTo(100);
			assertThat(application.get("/secured", "Authorization", "Bearer " + token).statusCode()).isEqualTo(401);
			assertThat(application.remaining("auth", HERE)).isEqualTo(1);
		}
	}

	private static String limit(LimitedApplication application, String token) {
		return application.get("/secured", "Authorization", "Bearer " + token)
			.headers()
			.firstValue("RateLimit-Limit")
			.orElseThrow();
	}

	private static HttpResponse<String> login(LimitedApplication application, String user, String password,
			String address) {
		return application.send("POST", "/login?username=" + user + "&password=" + password, "X-Forwarded-For",
				address);
	}

	private static String withoutNumbers(String body) {
		return body.replaceAll("[0-9]+", "");
	}

	private static String basic(String user, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	private static LimitedApplication start(Class<?> configuration, String... properties) {
		String[] all = new String[properties.length + 3];
		all[0] = "ratelimit.tiers.auth.rate=1/d";
		all[1] = "ratelimit.tiers.auth.burst=2";
		all[2] = "ratelimit.routes[0].tier=auth";
		System.arraycopy(properties, 0, all, 3, properties.length);
		return LimitedApplication.start(configuration, all);
	}

	/**
	 * Users of whom is counted how often somebody asks for one.
	 */
	static class Users implements UserDetailsService {

		private final AtomicInteger asked = new AtomicInteger();

		@Override
		public User loadUserByUsername(String username) {
			this.asked.incrementAndGet();
			if (!username.equals("alice")) {
				throw new UsernameNotFoundException(username);
			}
			return (User) User.withUsername(username).password("{noop}secret").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class })
	static class Secured {

		@Bean
		Users users() {
			return new Users();
		}

		@Bean
		Controller controller() {
			return new Controller();
		}

		HttpSecurity secured(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
					.permitAll()
					.anyRequest()
					.authenticated())
				.csrf((csrf) -> csrf.disable());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Basic extends Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http).httpBasic(Customizer.withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BasicWithCors extends Basic {

		@Bean
		CrossController cross() {
			return new CrossController();
		}

	}

	@RestController
	static class CrossController {

		@CrossOrigin
		@GetMapping("/cross")
		String cross() {
			return "done";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Form extends Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http).formLogin(Customizer.withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FormWithSlashes extends Form {

		@Bean
		FilterRegistrationBean<UrlHandlerFilter> slashes() {
			FilterRegistrationBean<UrlHandlerFilter> registration = new FilterRegistrationBean<>(
					UrlHandlerFilter.trailingSlashHandler("/**").wrapRequest().build());
			registration.setOrder(-200);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tokens extends Secured {

		private final SecretKey key = new SecretKeySpec(new byte[32], "HmacSHA256");

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http).oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults())).build();
		}

		@Bean
		JwtDecoder decoder() {
			return NimbusJwtDecoder.withSecretKey(this.key).build();
		}

		@Bean
		PlanResolver premium() {
			return (caller) -> (caller.principal() instanceof Authentication authentication
					&& authentication.getAuthorities()
						.stream()
						.anyMatch((authority) -> "SCOPE_premium".equals(authority.getAuthority()))) ? "premium" : null;
		}

		String token(String subject, String scope) {
			Instant now = Instant.now();
			return new NimbusJwtEncoder(new ImmutableSecret<>(this.key))
				.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(),
						JwtClaimsSet.builder()
							.subject(subject)
							.claim("scope", scope)
							.issuedAt(now)
							.expiresAt(now.plusSeconds(600))
							.build()))
				.getTokenValue();
		}

	}

	@RestController
	static class Controller {

		@RequestMapping({ "/", "/secured", "/other" })
		String any() {
			return "answer";
		}

	}

}

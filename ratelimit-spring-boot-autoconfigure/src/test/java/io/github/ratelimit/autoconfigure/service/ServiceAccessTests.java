package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.service.Access;
import io.github.ratelimit.service.CallerSource;
import io.github.ratelimit.service.ServiceCaller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for who may ask the service, over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceAccessTests {

	private static final String CHECK = "{\"client_id\":\"victim\",\"limit_key\":\"small\"}";

	private static final ClassLoader WITHOUT_SECURITY = new FilteredClassLoader("org.springframework.security");

	private ServiceApplication service;

	@AfterEach
	void stop() {
		if (this.service != null) {
			this.service.close();
		}
	}

	@Test
	void nobodyMayWithoutKeysAndSecurity() {
		this.service = ServiceApplication.startWithoutKeys(WITHOUT_SECURITY, ServiceApplication.Nothing.class);
		assertThat(check().statusCode()).isEqualTo(401);
		assertThat(check("X-API-Key", "").statusCode()).isEqualTo(401);
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(401);
		assertThat(this.service.bean(Findings.class).all()).extracting(Finding::check)
			.contains(Check.SERVICE_FOR_NOBODY);
		assertThat(this.service.remaining("small", "victim")).isEqualTo(2);
	}

	@Test
	void keysMayWithoutSecurity() {
		this.service = ServiceApplication.startWithoutKeys(WITHOUT_SECURITY, ServiceApplication.Nothing.class,
				"ratelimit.service.api-key=" + ServiceApplication.CHECK_KEY);
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(200);
		assertThat(admin("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(403);
		assertThat(this.service.bean(Findings.class).all()).extracting(Finding::check)
			.doesNotContain(Check.SERVICE_FOR_NOBODY);
	}

	@Test
	void eachKeyMayWhatItIsFor(CapturedOutput output) {
		this.service = ServiceApplication.start(ServiceApplication.Nothing.class);
		HttpResponse<String> none = check();
		assertThat(none.statusCode()).isEqualTo(401);
		assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"rate limits\"");
		assertThat(none.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(check("Authorization", "Basic dXNlcjpwYXNz").statusCode()).isEqualTo(401);
		assertThat(check("X-API-Key", "").statusCode()).isEqualTo(401);
		assertThat(check("X-API-Key", "", "Authorization", "Bearer wrong").statusCode()).isEqualTo(403);
		assertThat(check("X-API-Key", "wrong").statusCode()).isEqualTo(403);
		assertThat(check("X-API-Key", "wrong", "Authorization", "Bearer " + ServiceApplication.CHECK_KEY).statusCode())
			.isEqualTo(403);
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY, "X-API-Key", "wrong").statusCode()).isEqualTo(403);
		assertThat(this.service.remaining("small", "victim")).isEqualTo(2);
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(200);
		assertThat(check("X-API-Key", "", "Authorization", "Bearer " + ServiceApplication.ADMIN_KEY).statusCode())
			.isEqualTo(200);
		assertThat(check("authorization", "bearer " + ServiceApplication.ADMIN_KEY).statusCode()).isEqualTo(200);
		assertThat(admin("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(403);
		assertThat(admin("X-API-Key", ServiceApplication.ADMIN_KEY).statusCode()).isEqualTo(501);
		assertThat(output.toString().split("was refused, whose credential is not good", -1)).hasSize(2);
		assertThat(output).doesNotContain(ServiceApplication.CHECK_KEY).doesNotContain(ServiceApplication.ADMIN_KEY);
	}

	@Test
	void credentialIsAskedForBeforeAnythingIsRead() {
		this.service = ServiceApplication.start(ServiceApplication.Nothing.class);
		assertThat(this.service.send("POST", "/v1/check", BodyPublishers.ofString("x".repeat(20_000))).statusCode())
			.isEqualTo(401);
		assertThat(this.service.send("PATCH", "/v1/check/batch", BodyPublishers.noBody()).statusCode()).isEqualTo(401);
		assertThat(this.service.send("GET", "/v1/admin/rules", BodyPublishers.noBody()).statusCode()).isEqualTo(401);
	}

	@Test
	void authoritiesMay() {
		this.service = ServiceApplication.start(Secured.class, "ratelimit.service.check-authority=SCOPE_check",
				"ratelimit.service.admin-authority=SCOPE_admin");
		assertThat(check().statusCode()).isEqualTo(401);
		assertThat(check(basic("visitor")).statusCode()).isEqualTo(403);
		assertThat(check(basic("checker")).statusCode()).isEqualTo(200);
		assertThat(admin(basic("checker")).statusCode()).isEqualTo(403);
		assertThat(check(basic("admin")).statusCode()).isEqualTo(200);
		assertThat(admin(basic("admin")).statusCode()).isEqualTo(501);
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(200);
		String[] both = { "Authorization", basic("visitor")[1], "X-API-Key", ServiceApplication.ADMIN_KEY };
		assertThat(admin(both).statusCode()).isEqualTo(501);
	}

	@Test
	void applicationMayKnowCallersItself() {
		this.service = ServiceApplication.startWithoutKeys(WITHOUT_SECURITY, OwnCallers.class);
		assertThat(check("X-Own", "me").statusCode()).isEqualTo(200);
		assertThat(check().statusCode()).isEqualTo(401);
		assertThat(this.service.bean(Findings.class).all()).extracting(Finding::check)
			.doesNotContain(Check.SERVICE_FOR_NOBODY);
	}

	@Test
	void weakKeysStopTheStart() {
		assertFails("ratelimit.service.api-key=short", "can be guessed");
		assertFails("ratelimit.service.api-key=", "can be guessed");
		assertFails("ratelimit.service.admin-api-key=" + " ".repeat(20), "can be guessed");
		assertFails("ratelimit.service.admin-api-key=" + "ü".repeat(20), "a header field cannot have");
		assertFails("ratelimit.service.admin-api-key=" + ServiceApplication.CHECK_KEY, "the same as");
		assertFails("ratelimit.service.base-path=/limits/", "must be plain text");
		assertFails("ratelimit.service.base-path=/{id}", "must be plain text");
		assertFails("ratelimit.service.refusal-status=403", "200 or 429");
		assertFails("ratelimit.service.max-body-size=1GB", "held in memory");
		assertFails("ratelimit.service.max-batch-size=0", "1 to 10000");
		assertFails("ratelimit.service.admin-authority=", "must not be blank");
	}

	@Test
	void isOffUnlessSwitchedOn() {
		this.service = ServiceApplication.start(ServiceApplication.Nothing.class, "ratelimit.service.enabled=false");
		assertThat(check("X-API-Key", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(404);
	}

	private static void assertFails(String property, String reason) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> ServiceApplication.start(ServiceApplication.Nothing.class, property).close())
			.havingRootCause()
			.withMessageContaining(property.substring(0, property.indexOf('=')))
			.withMessageContaining(reason);
	}

	private HttpResponse<String> check(String... headers) {
		String[] all = new String[headers.length + 2];
		System.arraycopy(headers, 0, all, 2, headers.length);
		all[0] = "Content-Type";
		all[1] = "application/json";
		return this.service.send("POST", "/v1/check", BodyPublishers.ofString(CHECK), all);
	}

	/**
	 * Ask for something that nobody keeps, which only they are told who may.
	 */
	private HttpResponse<String> admin(String... headers) {
		return this.service.send("GET", "/v1/admin/rules", BodyPublishers.noBody(), headers);
	}

	private static String[] basic(String user) {
		return new String[] { "Authorization",
				"Basic " + Base64.getEncoder().encodeToString((user + ":password").getBytes(StandardCharsets.UTF_8)) };
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCallers {

		@Bean
		CallerSource ownCallers() {
			return (request) -> (request.getHeader("X-Own") != null) ? new ServiceCaller("own", Access.CHECK) : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class })
	static class Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			// As docs/service.md has it
			return http
				.securityMatcher("/v1/check/**", "/v1/explain", "/v1/admin/rules/**", "/v1/openapi.json", "/rules/**",
						"/circuit-breaker-status", "/health", "/metrics")
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf(AbstractHttpConfigurer::disable)
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("visitor", "ROLE_USER"), user("checker", "SCOPE_check"),
					user("admin", "SCOPE_admin"));
		}

		private static UserDetails user(String name, String authority) {
			return User.withUsername(name).password("{noop}password").authorities(authority).build();
		}

	}

}

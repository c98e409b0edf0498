package io.github.ratelimit.autoconfigure.web.servlet;

import java.net.http.HttpResponse;
import java.util.List;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for limited requests by pages of other origins, on a real server.
 */
class LimitedCorsRequestsTests {

	private static final String HERE = "ip:127.0.0.1";

	private static final String PAGE = "https://page.example";

	@ParameterizedTest
	@ValueSource(classes = { Handlers.class, SecuredAsConfigured.class, SecuredAsHandlers.class })
	void pageMayReadARefusal(Class<?> configuration) {
		for (boolean early : new boolean[] { false, true }) {
			try (LimitedApplication application = start(configuration,
					"ratelimit.routes[0].before-authentication=" + early)) {
				page(application, PAGE);
				page(application, PAGE);
				assertThat(page(application, PAGE)).satisfies((response) -> {
					assertThat(response.statusCode()).isEqualTo(429);
					assertThat(response.headers().allValues("Access-Control-Allow-Origin")).containsExactly(PAGE);
					assertThat(response.headers().firstValue("Access-Control-Expose-Headers")).contains("Retry-After");
					assertThat(response.headers().allValues("Vary")).contains("Origin");
				});
			}
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Handlers.class, Without.class })
	void pageThatMayNotReadAnAnswerMayNotReadARefusal(Class<?> configuration) {
		try (LimitedApplication application = start(configuration)) {
			application.get("/any");
			application.get("/any");
			assertThat(page(application, "https://other.example")).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(429);
				assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
				assertThat(response.body()).contains("quota-exceeded");
			});
			assertThat(application.get("/any").headers().map()).doesNotContainKey("access-control-allow-origin");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Handlers.class, SecuredAsConfigured.class, SecuredAsHandlers.class })
	void askingWhatAPageMayDoIsNotCharged(Class<?> configuration) {
		for (boolean early : new boolean[] { false, true }) {
			try (LimitedApplication application = start(configuration,
					"ratelimit.routes[0].before-authentication=" + early)) {
				assertThat(ask(application, "/any")).satisfies((response) -> {
					assertThat(response.statusCode()).isEqualTo(200);
					assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
				});
				assertThat(application.remaining("small", HERE)).isEqualTo(2);
				application.send("OPTIONS", "/any", "Origin", PAGE);
				application.send("OPTIONS", "/any");
				assertThat(application.remaining("small", HERE)).isZero();
			}
		}
	}

	@Test
	void askingIsChargedWhereNobodyAnswers() {
		try (LimitedApplication application = start(Without.class)) {
			ask(application, "/any");
			assertThat(application.remaining("small", HERE)).isEqualTo(1);
		}
	}

	@Test
	void askingIsChargedToARouteThatNamesItsMethod() {
		try (LimitedApplication application = start(Handlers.class, "ratelimit.routes[0].methods=OPTIONS")) {
			ask(application, "/any");
			assertThat(application.remaining("small", HERE)).isEqualTo(1);
		}
	}

	@Test
	void askingAServletThatAnswersItselfIsCharged() {
		for (boolean early : new boolean[] { false, true }) {
			try (LimitedApplication application = start(Handlers.class,
					"ratelimit.routes[0].before-authentication=" + early)) {
				assertThat(ask(application, "/servlet").statusCode()).isEqualTo(204);
				assertThat(application.remaining("small", HERE)).isEqualTo(1);
			}
		}
	}

	private static HttpResponse<String> page(LimitedApplication application, String origin) {
		return application.get("/any", "Origin", origin);
	}

	private static HttpResponse<String> ask(LimitedApplication application, String path) {
		return application.send("OPTIONS", path, "Origin", PAGE, "Access-Control-Request-Method", "GET");
	}

	private static LimitedApplication start(Class<?> configuration, String... properties) {
		String[] all = new String[properties.length + 2];
		all[0] = "ratelimit.routes[0].tier=small";
		all[1] = "ratelimit.routes[0].paths=/**";
		System.arraycopy(properties, 0, all, 2, properties.length);
		return LimitedApplication.start(configuration, all);
	}

	@Configuration(proxyBeanMethods = false)
	static class Without {

		@Bean
		Controller controller() {
			return new Controller();
		}

		@Bean
		ServletRegistrationBean<HttpServlet> servlet() {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void service(HttpServletRequest request, HttpServletResponse response) {
					response.setStatus(204);
				}

			}, "/servlet");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends Without implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/**")
				.allowedOrigins(PAGE)
				.allowedMethods("GET", "OPTIONS")
				.exposedHeaders("Retry-After");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecuredAsHandlers extends LimitedLoginTests.Secured implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/**")
				.allowedOrigins(PAGE)
				.allowedMethods("GET", "OPTIONS")
				.exposedHeaders("Retry-After");
		}

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.cors(Customizer.withDefaults()).csrf((csrf) -> csrf.disable()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecuredAsConfigured extends LimitedLoginTests.Secured {

		@Bean
		UrlBasedCorsConfigurationSource corsConfigurationSource() {
			CorsConfiguration configuration = new CorsConfiguration();
			configuration.setAllowedOrigins(List.of(PAGE));
			configuration.setAllowedMethods(List.of("GET", "OPTIONS"));
			configuration.setExposedHeaders(List.of("Retry-After"));
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.registerCorsConfiguration("/**", configuration);
			return source;
		}

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.cors(Customizer.withDefaults()).csrf((csrf) -> csrf.disable()).build();
		}

	}

	@RestController
	static class Controller {

		@RequestMapping("/any")
		String any() {
			return "answer";
		}

	}

}

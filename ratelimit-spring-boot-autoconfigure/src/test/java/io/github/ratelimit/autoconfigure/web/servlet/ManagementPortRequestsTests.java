package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.InfoEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that routes are those of the port that requests come to, and not of management on
 * a port of its own.
 */
class ManagementPortRequestsTests {

	@Test
	void managementOnAPortOfItsOwnIsNotLimited() throws IOException, InterruptedException {
		try (LimitedApplication application = LimitedApplication.start(WithManagement.class, "management.server.port=0",
				"management.endpoints.web.exposure.include=info", "ratelimit.routes[0].tier=small",
				"ratelimit.routes[0].paths=/**")) {
			int port = application.bean(Environment.class).getRequiredProperty("local.management.port", Integer.class);
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/info"))
				.timeout(Duration.ofSeconds(30))
				.build();
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().firstValue("RateLimit-Limit")).isEmpty();
			}
			assertThat(application.remaining("small", "ip:127.0.0.1")).isEqualTo(2);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
			WebEndpointAutoConfiguration.class, InfoEndpointAutoConfiguration.class,
			ManagementContextAutoConfiguration.class, ServletManagementContextAutoConfiguration.class,
			TomcatServletManagementContextAutoConfiguration.class })
	static class WithManagement {

	}

}

package io.github.ratelimit.autoconfigure.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.client.FakeService;
import io.github.ratelimit.client.RateLimitServiceClient;
import io.github.ratelimit.client.RateLimitServiceClientSettings;
import io.github.ratelimit.client.ServiceBatchDecision;
import io.github.ratelimit.client.ServiceCheck;
import io.github.ratelimit.client.ServiceDecision;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import io.github.ratelimit.testsupport.TestCertificates;
import io.github.ratelimit.testsupport.TlsTerminator;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitServiceClientAutoConfiguration}.
 */
class RateLimitServiceClientAutoConfigurationTests {

	private static final String PREFIX = "ratelimit.service-client.";

	private final FakeService service = new FakeService();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, RateLimitAutoConfiguration.class,
				RateLimitServiceClientAutoConfiguration.class));

	private final ApplicationContextRunner withService = this.runner
		.withPropertyValues(PREFIX + "url=" + this.service.url());

	@AfterEach
	void close() {
		this.service.close();
	}

	@Test
	void thereIsNoClientUnlessAServiceIsNamed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RateLimitServiceClient.class)
			.doesNotHaveBean(RateLimitServiceClientProperties.class));
	}

	@Test
	void asksTheServiceWithoutABuilderOfTheApplications() {
		this.withService.withClassLoader(new FilteredClassLoader("org.springframework.boot.restclient"))
			.withPropertyValues(PREFIX + "api-key=k-1")
			.run((context) -> {
				assertThat(context.getBean(RateLimitServiceClient.class).check("user_123").decidedBy())
					.isEqualTo(DecidedBy.SERVICE);
				assertThat(this.service.lastRequest().headers().getFirst("X-API-Key")).isEqualTo("k-1");
			});
	}

	@Test
	void thereIsNoneWithoutRestClientOrJackson() {
		for (Class<?> missing : List.of(RestClient.class, JsonMapper.class)) {
			this.withService.withClassLoader(new FilteredClassLoader(missing))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rateLimitServiceClient"));
		}
	}

	@Test
	void threadsEndWithTheApplication() {
		List<Thread> threads = new ArrayList<>();
		List<RateLimitServiceClient> clients = new ArrayList<>();
		this.withService.run((context) -> {
			clients.add(context.getBean(RateLimitServiceClient.class));
			List<Thread> others = threadsOfClients();
			assertThat(clients.get(0).check("user_123").decidedBy()).isEqualTo(DecidedBy.SERVICE);
			threads.addAll(threadsOfClients());
			threads.removeAll(others);
			assertThat(threads).isNotEmpty();
		});
		Awaitility.await().untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
		assertThat(clients.get(0).check("user_123").decidedBy()).isNotEqualTo(DecidedBy.SERVICE);
	}

	private static List<Thread> threadsOfClients() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("ratelimit-service-client"))
			.toList();
	}

	@Test
	void clientOfTheApplicationsIsKept() {
		this.withService.withUserConfiguration(OwnClient.class)
			.run((context) -> assertThat(context).hasSingleBean(RateLimitServiceClient.class).hasBean("ownClient"));
	}

	@Test
	void requestsAreMadeAndObservedAsTheApplicationsOwn() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.withService
			.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class,
					RestClientObservationAutoConfiguration.class))
			.withBean(TestObservationRegistry.class, () -> registry)
			.withBean(RestClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Own", "1"))
			.run((context) -> {
				context.getBean(RateLimitServiceClient.class).check("user_123");
				assertThat(this.service.lastRequest().headers().getFirst("X-Own")).isEqualTo("1");
				TestObservationRegistryAssert.assertThat(registry)
					.hasSingleObservationThat()
					.hasNameEqualTo("http.client.requests")
					.hasLowCardinalityKeyValue("uri", "/v1/check")
					.hasLowCardinalityKeyValue("status", "200");
			});
	}

	@Test
	void buildersOfTheApplicationsStayAsTheyAre() {
		RestClient.Builder builder = RestClient.builder().baseUrl(this.service.url() + "/own");
		this.withService.withBean(RestClient.Builder.class, () -> builder).run((context) -> {
			context.getBean(RateLimitServiceClient.class).check("user_123");
			assertThat(this.service.lastRequest().line()).isEqualTo("POST /v1/check");
			builder.build().get().uri("/a").retrieve().toBodilessEntity();
			assertThat(this.service.lastRequest().line()).isEqualTo("GET /own/a");
			assertThat(this.service.lastRequest().headers()).doesNotContainKey("X-API-Key");
		});
		this.withService.withBean("one", RestClient.Builder.class, () -> builder)
			.withBean("two", RestClient.Builder.class, RestClient::builder)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RateLimitServiceClient.class));
	}

	@Test
	void correlationIdOfTheRequestIsPassedOn() {
		this.withService.run((context) -> {
			try (MDC.MDCCloseable id = MDC.putCloseable("correlationId", "abc-1")) {
				assertThat(id).isNotNull();
				context.getBean(RateLimitServiceClient.class).check("user_123");
			}
			assertThat(this.service.lastRequest().headers().getFirst("X-Correlation-ID")).isEqualTo("abc-1");
		});
	}

	@Test
	void failureModeIsObeyed() {
		this.service.answers(500, "text/plain", "");
		this.withService.withPropertyValues(PREFIX + "failure-mode=closed")
			.run((context) -> assertThat(context.getBean(RateLimitServiceClient.class).check("a").outcome())
				.isEqualTo(Outcome.UNAVAILABLE));
		this.withService
			.withPropertyValues(PREFIX + "failure-mode=local", PREFIX + "local-limits.global=100/60s",
					PREFIX + "local-limits[log in]=1/h")
			.run((context) -> {
				RateLimitServiceClient client = context.getBean(RateLimitServiceClient.class);
				assertThat(client.check("a").limit()).isEqualTo(100);
				assertThat(client.check("a", "log in").limit()).isEqualTo(1);
			});
	}

	@Test
	void serviceIsTrustedByABundle(@TempDir Path directory) {
		TestCertificates certificates = TestCertificates.in(directory);
		try (TlsTerminator tls = TlsTerminator.start(certificates, TestCertificates.VALID, false,
				this.service.url().getPort())) {
			ApplicationContextRunner overTls = this.runner.withPropertyValues(
					PREFIX + "url=https://localhost:" + tls.port(), PREFIX + "connect-timeout=20s",
					PREFIX + "read-timeout=20s");
			overTls
				.withPropertyValues(PREFIX + "ssl-bundle=limits",
						"spring.ssl.bundle.jks.limits.truststore.location=" + certificates.trustStore(),
						"spring.ssl.bundle.jks.limits.truststore.password=changeit")
				.run((context) -> assertThat(context.getBean(RateLimitServiceClient.class).check("a").decidedBy())
					.isEqualTo(DecidedBy.SERVICE));
			overTls.run((context) -> assertThat(context.getBean(RateLimitServiceClient.class).check("a").decidedBy())
				.isEqualTo(DecidedBy.FAILURE_MODE));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			textBlock = """
					url=localhost:8080 | url | localhost:8080 | it must begin with http:// or https://
					url=http://u:p@/x@limits/ | url | http://***@limits/ | it must not hold a user or a password
					url=http://limits?key=secret | url | http://limits?*** | it must not have a query or a fragment
					url=http://limits{a} | url | http://limits{a} | it is not an address
					connect-timeout=0 | connect-timeout | 0ms | it is not from one millisecond to one hour
					read-timeout=-1s | read-timeout | -1000ms | it is not from one millisecond to one hour
					wait=2h | wait | 7200000ms | it is not from one millisecond to one hour
					failure-threshold=0 | failure-threshold | 0 | it is not above zero
					failure-mode=local | local-limits.global | - | failure mode 'local' needs a limit for limit keys that have none of their own
					api-key=a b | api-key | *** | it must be 1 to 4096 printable ASCII characters without spaces
					ssl-bundle=none | ssl-bundle | none | there is no SSL bundle of that name
					""")
	void settingThatMakesNoSenseStopsTheStart(String setting, String property, String value, String reason) {
		this.withService.withPropertyValues(PREFIX + setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessage("Property " + PREFIX + property + ((value != null) ? " with value '" + value + "'" : "")
						+ " is invalid: " + reason));
	}

	@Test
	void blankAddressStopsTheStartAndBlankKeyIsNone() {
		this.runner.withPropertyValues(PREFIX + "url=").run((context) -> assertThat(context).hasFailed());
		this.withService.withPropertyValues(PREFIX + "api-key=", PREFIX + "ssl-bundle=").run((context) -> {
			context.getBean(RateLimitServiceClient.class).check("a");
			assertThat(this.service.lastRequest().headers()).doesNotContainKey("X-API-Key");
		});
	}

	@Test
	void defaultsAreThoseOfTheSettings() {
		RateLimitServiceClientProperties properties = new RateLimitServiceClientProperties();
		properties.setUrl("http://limits");
		assertThat(new ServiceClientSettingsFactory(properties, null).settings()).usingRecursiveComparison()
			.ignoringFields("correlationId")
			.isEqualTo(RateLimitServiceClientSettings.of(URI.create("http://limits")));
		assertThat(properties.getWait()).isEqualTo(Duration.ofSeconds(10));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClient {

		@Bean
		RateLimitServiceClient ownClient() {
			return new RateLimitServiceClient() {

				@Override
				public ServiceDecision check(ServiceCheck check) {
					return ServiceDecision.untold(Outcome.UNCHECKED, DecidedBy.FAILURE_MODE);
				}

				@Override
				public ServiceBatchDecision checkEach(List<ServiceCheck> checks) {
					throw new UnsupportedOperationException();
				}

				@Override
				public ServiceBatchDecision checkTogether(List<ServiceCheck> checks) {
					throw new UnsupportedOperationException();
				}

			};
		}

	}

}

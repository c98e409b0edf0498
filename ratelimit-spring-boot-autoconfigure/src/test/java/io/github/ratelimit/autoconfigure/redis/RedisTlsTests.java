package io.github.ratelimit.autoconfigure.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.github.ratelimit.testsupport.TestCertificates;
import io.github.ratelimit.testsupport.TlsTerminator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for TLS: whom the limiter connects to, and what the log says where it does not.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisTlsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String TRUST_STORE = "javax.net.ssl.trustStore";

	private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

	@TempDir
	private static Path directory;

	private static TestCertificates certificates;

	private static RedisProcess server;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, RateLimitRedisAutoConfiguration.class,
				RateLimitAutoConfiguration.class))
		.withPropertyValues("ratelimit.application=tls", "ratelimit.redis.connect-timeout=10s",
				"ratelimit.redis.timeout=10s", "REDIS_URL=", "MEMORYSTORE_ENABLED=", "spring.data.redis.host=localhost",
				"spring.ssl.bundle.jks.redis.truststore.location=file:" + certificates.trustStore(),
				"spring.ssl.bundle.jks.redis.truststore.password=" + TestCertificates.PASSWORD);

	@BeforeAll
	static void start() {
		certificates = TestCertificates.in(directory);
		server = RedisServers.dedicated();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void validCertificateIsAcceptedByTheBundle() {
		try (TlsTerminator tls = terminator(TestCertificates.VALID, false)) {
			this.runner.withPropertyValues("spring.data.redis.ssl.bundle=redis", "spring.data.redis.port=" + tls.port())
				.run((context) -> assertThat(decide(context)).isEqualTo(DecisionSource.REDIS));
		}
	}

	@Test
	void limiterHasABundleForAnAddressOfItsOwn() {
		try (TlsTerminator tls = terminator(TestCertificates.VALID, false)) {
			for (String url : List.of("ratelimit.redis.url=redis", "ratelimit.redis.url=rediss", "REDIS_URL=redis")) {
				this.runner
					.withPropertyValues(url + "://localhost:" + tls.port(), "ratelimit.redis.ssl-bundle=redis",
							"spring.data.redis.host=")
					.run((context) -> assertThat(decide(context)).isEqualTo(DecisionSource.REDIS));
			}
		}
	}

	@Test
	void bundleThatIsNotUsedStopsTheStart() {
		this.runner.withPropertyValues("ratelimit.redis.ssl-bundle=redis")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessage("Property ratelimit.redis.ssl-bundle with value 'redis' is invalid: it is for the Redis of "
						+ "'ratelimit.redis.url' or REDIS_URL, and the one that is used is named by "
						+ "spring.data.redis.*"));
	}

	@Test
	void bundleThatIsNotThereStopsTheStart() {
		this.runner.withPropertyValues("ratelimit.redis.url=redis://localhost:1", "ratelimit.redis.ssl-bundle=missing")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessage("Property ratelimit.redis.ssl-bundle with value 'missing' is invalid: "
						+ "there is no SSL bundle of that name"));
	}

	@Test
	void bundleShowsItsOwnCertificateToServersThatWantOne() {
		try (TlsTerminator tls = terminator(TestCertificates.VALID, true)) {
			this.runner
				.withPropertyValues("spring.data.redis.ssl.bundle=redis", "spring.data.redis.port=" + tls.port(),
						"spring.ssl.bundle.jks.redis.keystore.location=file:"
								+ certificates.keyStore(TestCertificates.CLIENT),
						"spring.ssl.bundle.jks.redis.keystore.password=" + TestCertificates.PASSWORD)
				.run((context) -> assertThat(decide(context)).isEqualTo(DecisionSource.REDIS));
		}
	}

	@Test
	void expiredCertificateIsNotAcceptedAndTheLogSaysSo(CapturedOutput output) {
		try (TlsTerminator tls = terminator(TestCertificates.EXPIRED, false)) {
			this.runner.withPropertyValues("spring.data.redis.ssl.bundle=redis", "spring.data.redis.port=" + tls.port())
				.run((context) -> assertThatFailureModeDecides(context, output, "CertificateExpiredException"));
		}
	}

	@Test
	void certificateOfAnotherHostIsNotAcceptedAndTheLogSaysSo(CapturedOutput output) {
		try (TlsTerminator tls = terminator(TestCertificates.OTHER_HOST, false)) {
			this.runner.withPropertyValues("spring.data.redis.ssl.bundle=redis", "spring.data.redis.port=" + tls.port())
				.run((context) -> assertThatFailureModeDecides(context, output,
						"No subject alternative DNS name matching localhost found"));
		}
	}

	@Test
	void certificateOfAnUnknownAuthorityIsNotAcceptedWithoutABundleAndTheLogSaysSo(CapturedOutput output) {
		try (TlsTerminator tls = terminator(TestCertificates.VALID, false)) {
			this.runner.withPropertyValues("ratelimit.redis.url=rediss://localhost:" + tls.port())
				.run((context) -> assertThatFailureModeDecides(context, output,
						"unable to find valid certification path to requested target"));
		}
	}

	@Test
	void withoutABundleTheTrustStoreOfThePlatformHolds() {
		System.setProperty(TRUST_STORE, certificates.trustStore().toString());
		System.setProperty(TRUST_STORE_PASSWORD, TestCertificates.PASSWORD);
		try (TlsTerminator tls = terminator(TestCertificates.VALID, false)) {
			this.runner.withPropertyValues("ratelimit.redis.url=rediss://localhost:" + tls.port())
				.run((context) -> assertThat(decide(context)).isEqualTo(DecisionSource.REDIS));
			this.runner.withPropertyValues("spring.data.redis.ssl.enabled=true", "spring.data.redis.port=" + tls.port())
				.run((context) -> assertThat(decide(context)).isEqualTo(DecisionSource.REDIS));
		}
		finally {
			System.clearProperty(TRUST_STORE);
			System.clearProperty(TRUST_STORE_PASSWORD);
		}
	}

	@Test
	void serverThatTakesOverWithAValidCertificateIsUsed(CapturedOutput output) {
		TlsTerminator expired = terminator(TestCertificates.EXPIRED, false);
		this.runner.withPropertyValues("spring.data.redis.ssl.bundle=redis", "spring.data.redis.port=" + expired.port())
			.run((context) -> {
				assertThatFailureModeDecides(context, output, "CertificateExpiredException");
				int port = expired.port();
				expired.close();
				try (TlsTerminator valid = TlsTerminator.start(certificates, TestCertificates.VALID, false, port,
						server.port())) {
					assertThat(valid.port()).isEqualTo(port);
					await().atMost(TIMEOUT).until(() -> decide(context) == DecisionSource.REDIS);
				}
			});
	}

	private static TlsTerminator terminator(String certificate, boolean wantClient) {
		return TlsTerminator.start(certificates, certificate, wantClient, server.port());
	}

	private static DecisionSource decide(AssertableApplicationContext context) {
		return context.getBean(RateLimiterRegistry.class).get("api").tryAcquire("user:1").source();
	}

	private static void assertThatFailureModeDecides(AssertableApplicationContext context, CapturedOutput output,
			String cause) {
		assertThat(context).hasNotFailed();
		assertThat(decide(context)).isEqualTo(DecisionSource.FAILURE_MODE);
		await().atMost(TIMEOUT)
			.until(() -> output.toString().lines().anyMatch((line) -> line.contains("WARN") && line.contains(cause)));
	}

}

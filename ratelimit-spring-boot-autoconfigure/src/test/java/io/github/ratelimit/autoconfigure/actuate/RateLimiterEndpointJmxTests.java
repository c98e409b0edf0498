package io.github.ratelimit.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

import io.github.ratelimit.tier.TierRateLimiters;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The endpoint as a management console calls it.
 */
class RateLimiterEndpointJmxTests {

	private final MBeanServer server = MBeanServerFactory.newMBeanServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(JmxAutoConfiguration.class, EndpointAutoConfiguration.class,
				JmxEndpointAutoConfiguration.class, RateLimitEndpointAutoConfiguration.class))
		.withUserConfiguration(LimiterConfiguration.class)
		.withBean("mbeanServer", MBeanServer.class, () -> this.server)
		.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=ratelimiter",
				"management.endpoint.ratelimiter.access=unrestricted");

	@Test
	void reportsStoreTiersAndDecisions() {
		this.runner.run((context) -> assertThat(invoke("rateLimiter"))
			.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
			.containsOnlyKeys("store", "tiers", "rules", "total", "errors", "checks"));
	}

	@Test
	void tellsWhereAKeyStandsAndResetsIt() {
		this.runner.run((context) -> {
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			limiters.get("auth").tryAcquire("user:alice", 3);
			assertThat(invoke("key", "auth", "user:alice")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.extractingByKey("counts", InstanceOfAssertFactories.list(Map.class))
				.first(InstanceOfAssertFactories.MAP)
				.containsEntry("remaining", 0L)
				.containsEntry("resetAfter", "PT3S");
			assertThat(invoke("resetKey", "auth", "user:alice")).isEqualTo(Map.of("tier", "auth", "key", "user:alice"));
			assertThat(limiters.get("auth").peek("user:alice").remaining()).isEqualTo(3);
		});
	}

	@Test
	void testsTheStore() {
		this.runner.run((context) -> assertThat(invoke("selfTest")).asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("passed", true));
	}

	@Test
	void namesTheTiersThereAreWhereThereIsNoSuchTier() {
		this.runner.run((context) -> assertThatExceptionOfType(MBeanException.class)
			.isThrownBy(() -> invoke("key", "premium", "user:alice"))
			.withMessage("There is no rate limit tier 'premium'; there are auth"));
	}

	private Object invoke(String operation, String... arguments) throws Exception {
		ObjectName name = this.server.queryNames(new ObjectName("*:type=Endpoint,name=Ratelimiter,*"), null)
			.iterator()
			.next();
		String[] signature = List.of(arguments).stream().map((argument) -> "java.lang.String").toArray(String[]::new);
		return this.server.invoke(name, operation, arguments, signature);
	}

}

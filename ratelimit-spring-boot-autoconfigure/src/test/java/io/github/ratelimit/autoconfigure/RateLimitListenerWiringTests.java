package io.github.ratelimit.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners among the application's beans.
 */
class RateLimitListenerWiringTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class))
		.withUserConfiguration(ListenerConfiguration.class);

	@Test
	void listenerMayUseTheRegistryAndHearsOfRequests() {
		this.runner.run((context) -> {
			context.getBean(RateLimiterRegistry.class).get("api").tryAcquire("user:alice");
			assertThat(context.getBean(CountingListener.class).decisions).hasValue(1);
		});
	}

	@Test
	void listenerThatUsesTheRegistryHearsThatRedisIsAbsentAtStart() {
		this.runner.withPropertyValues("ratelimit.redis.url=redis://127.0.0.1:1").run((context) -> {
			assertThat(context).hasNotFailed();
			await().untilAsserted(() -> assertThat(context.getBean(CountingListener.class).errors).hasValue(1));
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ListenerConfiguration {

		@Bean
		CountingListener countingListener(RateLimiterRegistry registry) {
			return new CountingListener(registry);
		}

	}

	static class CountingListener implements RateLimitListener {

		private final AtomicInteger decisions = new AtomicInteger();

		private final AtomicInteger errors = new AtomicInteger();

		CountingListener(RateLimiterRegistry registry) {
			assertThat(registry.getTiers()).contains("api");
		}

		@Override
		public void onDecision(RateLimitEvent event) {
			this.decisions.incrementAndGet();
		}

		@Override
		public void onStoreError(String operation, Throwable error) {
			this.errors.incrementAndGet();
		}

	}

}

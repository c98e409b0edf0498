package io.github.ratelimit.example;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitListeners;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The bean that makes an application count in a table.
 */
@Configuration(proxyBeanMethods = false)
class TableConfiguration {

	@Bean
	Table table() {
		return new MapTable();
	}

	@Bean(defaultCandidate = false)
	ExecutorService tableExecutor() {
		return Executors.newFixedThreadPool(16);
	}

	@Bean
	RateLimitStore rateLimitStore(Table table, @Qualifier("tableExecutor") ExecutorService executor,
			ObjectProvider<RateLimitListener> listeners) {
		return new FailureModeRateLimitStore(new TableRateLimitStore(table, executor, InstantSource.system()),
				InMemoryRateLimitStore.create(), FailureModeSettings.of(Duration.ofMillis(200)), () -> 1,
				new RateLimitListeners(() -> listeners.orderedStream().toList()));
	}

}

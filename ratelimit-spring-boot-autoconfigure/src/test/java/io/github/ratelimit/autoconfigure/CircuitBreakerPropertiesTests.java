package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.ratelimit.resilience.FailureModeSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CircuitBreakerProperties}.
 */
class CircuitBreakerPropertiesTests {

	private static final Duration DEADLINE = Duration.ofMillis(100);

	@Test
	void defaultsAreThoseOfTheSettings() {
		assertThat(new CircuitBreakerProperties().settings(DEADLINE)).isEqualTo(FailureModeSettings.of(DEADLINE));
	}

	@Test
	void everyPropertyIsASetting() {
		CircuitBreakerProperties properties = new CircuitBreakerProperties();
		properties.setFailureThreshold(1);
		properties.setSlowCallDuration(Duration.ofMillis(2));
		properties.setWindowSize(3);
		properties.setWait(Duration.ofMillis(4));
		assertThat(properties.settings(DEADLINE))
			.isEqualTo(new FailureModeSettings(DEADLINE, 1, Duration.ofMillis(2), 3, Duration.ofMillis(4)));
	}

	@Test
	void numbersThatMakeNoSenseAreNamedWithARemedy() {
		assertFails((properties) -> properties.setFailureThreshold(0), "failure-threshold", "0");
		assertFails((properties) -> properties.setWindowSize(-1), "window-size", "-1");
		assertFails((properties) -> properties.setWait(Duration.ZERO), "wait", "0ms");
		assertFails((properties) -> properties.setSlowCallDuration(Duration.ofMillis(-5)), "slow-call-duration",
				"-5ms");
	}

	@Test
	void numbersThatContradictEachOtherAreNamedWithARemedy() {
		CircuitBreakerProperties properties = new CircuitBreakerProperties();
		properties.setWindowSize(4);
		assertThatExceptionOfType(InvalidRateLimitConfigurationException.class)
			.isThrownBy(() -> properties.settings(DEADLINE))
			.withMessageContaining("less than 'ratelimit.circuit-breaker.failure-threshold'");
		properties.setFailureThreshold(4);
		properties.setSlowCallDuration(DEADLINE.plusMillis(1));
		assertThatExceptionOfType(InvalidRateLimitConfigurationException.class)
			.isThrownBy(() -> properties.settings(DEADLINE))
			.withMessageContaining("'101ms' is invalid: no answer is waited for that long");
	}

	private static void assertFails(Consumer<CircuitBreakerProperties> mistake, String name, String value) {
		CircuitBreakerProperties properties = new CircuitBreakerProperties();
		mistake.accept(properties);
		assertThatExceptionOfType(InvalidRateLimitConfigurationException.class)
			.isThrownBy(() -> properties.settings(DEADLINE))
			.satisfies((ex) -> {
				assertThat(ex.getProperty()).isEqualTo("ratelimit.circuit-breaker." + name);
				assertThat(ex.getValue()).isEqualTo(value);
			})
			.withMessageContaining("it is not above zero");
	}

}

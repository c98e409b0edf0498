package io.github.ratelimit.identity;

import java.security.Principal;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Caller}.
 */
class CallerTests {

	@Test
	void callerWithANameIsAuthenticated() {
		Caller caller = new Caller(principal("alice"), ClientAddress.of("203.0.113.7"));
		assertThat(caller.isAuthenticated()).isTrue();
		assertThat(caller.plan()).isEqualTo("authenticated");
	}

	@Test
	void callerWithoutPrincipalIsAnonymous() {
		Caller caller = new Caller(null, ClientAddress.of("203.0.113.7"));
		assertThat(caller.isAuthenticated()).isFalse();
		assertThat(caller.plan()).isEqualTo("anonymous");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void principalWithoutANameIsNobody(@Nullable String name) {
		Caller caller = new Caller(principal(name), ClientAddress.of("203.0.113.7"));
		assertThat(caller.isAuthenticated()).isFalse();
		assertThat(caller.plan()).isEqualTo("anonymous");
	}

	@Test
	void codeOfTheApplicationDoesNotComeOverTheNetwork() {
		assertThat(new Caller(principal("job"), null).cameOverNetwork()).isFalse();
		assertThat(new Caller(null, ClientAddress.of("203.0.113.7")).cameOverNetwork()).isTrue();
		assertThat(new Caller(null, null, new TestDetails()).cameOverNetwork()).isTrue();
	}

	private static Principal principal(@Nullable String name) {
		return () -> name;
	}

}

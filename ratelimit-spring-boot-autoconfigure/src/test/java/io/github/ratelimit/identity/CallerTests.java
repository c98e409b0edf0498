package io.github.ratelimit.identity;

import java.security.Principal;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Caller}.
 */
class CallerTests {

	@Test
	void callerWithANameIsAuthenticatedAndCountedByIt() {
		Caller caller = new Caller(principal("alice"), ClientAddress.of("203.0.113.7"));
		assertThat(caller.isAuthenticated()).isTrue();
		assertThat(caller.plan()).isEqualTo("authenticated");
		assertThat(caller.clientKey()).isEqualTo("user:alice");
		assertThat(caller.addressKey()).isEqualTo("ip:203.0.113.7");
	}

	@Test
	void callerWithoutPrincipalIsAnonymousAndCountedByAddress() {
		Caller caller = new Caller(null, ClientAddress.of("2001:db8::1"));
		assertThat(caller.isAuthenticated()).isFalse();
		assertThat(caller.plan()).isEqualTo("anonymous");
		assertThat(caller.clientKey()).isEqualTo("ip:2001:db8::1");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void principalWithoutANameIsNobody(@Nullable String name) {
		Caller caller = new Caller(principal(name), ClientAddress.of("203.0.113.7"));
		assertThat(caller.isAuthenticated()).isFalse();
		assertThat(caller.plan()).isEqualTo("anonymous");
		assertThat(caller.clientKey()).isEqualTo("ip:203.0.113.7");
	}

	@Test
	void callerOfWhomNothingIsKnownHasNoKey() {
		Caller caller = new Caller(null, null);
		assertThatIllegalStateException().isThrownBy(caller::clientKey)
			.withMessage("Nobody is known to be calling: neither a user nor an address. "
					+ "Calls that no HTTP request makes need a key of their own, @RateLimited(key = \"...\")");
		assertThatIllegalStateException().isThrownBy(caller::addressKey);
	}

	@Test
	void userWhoIsNamedLikeAnAddressIsStillAUser() {
		assertThat(new Caller(principal("ip:203.0.113.7"), null).clientKey()).isEqualTo("user:ip:203.0.113.7");
	}

	private static Principal principal(@Nullable String name) {
		return () -> name;
	}

}

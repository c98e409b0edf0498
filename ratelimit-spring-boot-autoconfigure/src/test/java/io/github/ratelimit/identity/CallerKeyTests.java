package io.github.ratelimit.identity;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CallerKey}.
 */
class CallerKeyTests {

	private final KeySources sources = new KeySources(KeyHash.withSecret(null), "X-API-Key", TokenClaims.NONE,
			(name) -> null);

	@Test
	void keysOfSeveralSourcesAreJoined() {
		CallerKey key = key(List.of("user", "header:X-Tenant"), List.of());
		assertThat(key.of(new TestDetails().header("X-Tenant", "acme").user("alice")))
			.isEqualTo("user:alice|header.x-tenant:acme");
		assertThat(key).hasToString("user and header:x-tenant");
	}

	@Test
	void noUserCanBeNamedLikeTwo() {
		CallerKey joined = key(List.of("user", "header:X-Tenant"), List.of("user"));
		assertThat(joined.of(new TestDetails().user("alice|header.x-tenant:acme")))
			.isNotEqualTo(joined.of(new TestDetails().header("X-Tenant", "acme").user("alice")));
	}

	@Test
	void firstThatIsThereStandsInForAMissingOne() {
		CallerKey key = key(List.of("user", "header:X-Tenant"), List.of("session", "ip"));
		assertThat(key.of(new TestDetails().user("alice"))).isEqualTo("ip:203.0.113.7");
		assertThat(key.of(new TestDetails().session("A1").user("alice"))).startsWith("session:");
		assertThat(key).hasToString("user and header:x-tenant, else session, else ip");
	}

	@Test
	void missingKeyIsNotOneThatAllShare() {
		CallerKey key = key(List.of("api-key"), List.of("header:X-Tenant"));
		assertThatExceptionOfType(MissingKeyException.class).isThrownBy(() -> key.of(new TestDetails().anonymous()))
			.withMessageStartingWith(
					"It is not known whose count the call is charged to: " + "api-key or header:x-tenant is missing.")
			.satisfies((ex) -> assertThat(ex.getHeaders()).containsExactly("X-API-Key", "X-Tenant"))
			.satisfies((ex) -> assertThat(ex.getAnswer()).isEqualTo(MissingKey.UNAUTHORIZED));
	}

	@Test
	void answerSuitsWhatIsMissing() {
		CallerKey key = new CallerKey(read(List.of("user", "header:X-Tenant")), List.of(), null);
		assertThatExceptionOfType(MissingKeyException.class).isThrownBy(() -> key.of(new TestDetails().user("alice")))
			.satisfies((ex) -> assertThat(ex.getAnswer()).isEqualTo(MissingKey.BAD_REQUEST))
			.satisfies((ex) -> assertThat(ex.getKey()).isEqualTo("header:x-tenant"));
		assertThatExceptionOfType(MissingKeyException.class).isThrownBy(() -> key.of(new TestDetails().anonymous()))
			.satisfies((ex) -> assertThat(ex.getAnswer()).isEqualTo(MissingKey.UNAUTHORIZED))
			.satisfies((ex) -> assertThat(ex.getKey()).isEqualTo("user or header:x-tenant"));
	}

	@Test
	void keyNeedsASource() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CallerKey(List.of(), List.of(KeySource.IP), MissingKey.BAD_REQUEST));
	}

	private CallerKey key(List<String> joined, List<String> fallbacks) {
		return new CallerKey(read(joined), read(fallbacks), MissingKey.UNAUTHORIZED);
	}

	private List<KeySource> read(List<String> texts) {
		return texts.stream().map((text) -> this.sources.parse(text, "value")).toList();
	}

}

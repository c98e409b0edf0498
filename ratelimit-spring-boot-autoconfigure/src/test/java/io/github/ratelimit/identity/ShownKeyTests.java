package io.github.ratelimit.identity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShownKey}.
 */
class ShownKeyTests {

	@ParameterizedTest
	@ValueSource(strings = { "user:alice", "user:åsa", "ip:2001:db8::/64", "api-key:0123456789abcdef0123456789abcdef",
			"token:0123456789abcdef0123456789abcdef", "session:0123456789abcdef0123456789abcdef",
			"user:alice|ip:203.0.113.7" })
	void usersAddressesAndHashesAreShown(String key) {
		assertThat(ShownKey.of(key)).isEqualTo(key);
	}

	@ParameterizedTest
	@CsvSource({ "sk-verysecret,sk-...", "header.x-tenant:verysecret,header.x-tenant:ve...",
			"user:alice|verysecret,user:alice|ve...", "secret:verysecret,secr...", "1234,1...",
			"token:hunter2-raw-secret,token:hunt...", "api-key:sk-live-abcdef,api-key:sk-...", "john.doe:pass,joh...",
			"value:secret,value:s...", "abc,..." })
	void ofOthersIsShownHowTheyBegin(String key, String shown) {
		assertThat(ShownKey.of(key)).isEqualTo(shown);
	}

	@ParameterizedTest
	@ValueSource(strings = { "user:a\nb", "user:a\u202eb", "user:a\u0085b", "user:a\u2028b", "user:a\ud800b",
			"user:a\u200bb", "user:a\u0000b", "user:a\u001bb", "user:a\u2066b" })
	void whatCouldBreakALineIsNotShown(String key) {
		assertThat(ShownKey.of(key)).isEqualTo("user:a?b");
	}

	@Test
	void hiddenKeysCanBeToldApart() {
		assertThat(ShownKey.distinct("user:alice")).isEqualTo("user:alice");
		assertThat(ShownKey.distinct("sk-verysecret")).matches("sk-\\.{3}#[0-9a-f]{8}")
			.isEqualTo(ShownKey.distinct("sk-verysecret"))
			.isNotEqualTo(ShownKey.distinct("sk-verysecreT"));
		assertThat(ShownKey.distinct("abc")).matches("\\.{3}#[0-9a-f]{8}").isNotEqualTo(ShownKey.distinct("abd"));
	}

	@Test
	void longKeysAreCut() {
		assertThat(ShownKey.of("user:" + "a".repeat(100_000))).hasSizeLessThan(200).endsWith("...");
		assertThat(ShownKey.of("user:a|".repeat(100_000))).hasSizeLessThan(300);
		assertThat(ShownKey.of("x.".repeat(100_000) + ":secret")).hasSizeLessThan(200);
		assertThat(ShownKey.of("")).isEmpty();
	}

}

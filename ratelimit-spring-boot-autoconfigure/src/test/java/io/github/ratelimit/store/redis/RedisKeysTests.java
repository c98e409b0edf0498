package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisKeys}.
 */
class RedisKeysTests {

	private static final Limit LIMIT = Limit.of("2/s");

	private final RedisKeys keys = new RedisKeys("shop");

	@Test
	void nameLeavesOutTheLimitThatIsNamedAsItsTier() {
		assertThat(key("ai", "user:42", "ai")).isEqualTo("rate_limit:shop:ai:{user:42}");
		assertThat(key("ai@POST-x", "user:42", "ai")).isEqualTo("rate_limit:shop:ai@POST-x:{user:42}");
	}

	@Test
	void nameTellsTheLimitThatIsNamedOtherwise() {
		assertThat(key("ai", "user:42", "day")).isEqualTo("rate_limit:shop:ai:{user:42}:day");
	}

	@Test
	void callersKeyIsTheHashTag() {
		assertThat(hashTag(key("ai", "a}b{c}", "day"))).isEqualTo("a%7db%7bc%7d");
		assertThat(hashTag(
				new String(new RedisKeys("a{b}c").key(counter("{x}", "user:1", "ai")), StandardCharsets.US_ASCII)))
			.isEqualTo("user:1");
	}

	/**
	 * What Redis Cluster hashes: from the first opening brace to the first closing one
	 * after it.
	 */
	private static String hashTag(String key) {
		int from = key.indexOf('{');
		return key.substring(from + 1, key.indexOf('}', from));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			user:42       | user:42
			ip:2001:db8:: | ip:2001:db8::
			user:a b      | user:a%20b
			user:50%      | user:50%25
			user:ü        | user:%c3%bc
			user:{x}      | user:%7bx%7d
			user:"q"      | user:"q"
			""", quoteCharacter = '`')
	void whatIsNoPlainSignIsEscaped(String key, String expected) {
		assertThat(key("ai", key, "ai")).isEqualTo("rate_limit:shop:ai:{" + expected + "}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "user:a\r\nb", "user:\u0000", "user:\u007f", "user:\ud83d\ude00", "user:\u202e" })
	void keyIsPrintableAsciiWhateverTheCallerIsCalled(String key) {
		assertThat(key("ai", key, "ai")).matches("[!-~]+");
	}

	@Test
	void colonsInApplicationAndTierDoNotMoveItsBoundaries() {
		Set<String> names = new HashSet<>();
		names.add(text(new RedisKeys("a:b").key(counter("c", "k", "c"))));
		names.add(text(new RedisKeys("a").key(counter("b:c", "k", "c"))));
		names.add(text(new RedisKeys("a%3ab").key(counter("c", "k", "c"))));
		assertThat(names).containsExactlyInAnyOrder("rate_limit:a%3ab:c:{k}", "rate_limit:a:b%3ac:{k}:c",
				"rate_limit:a%253ab:c:{k}");
	}

	@Test
	void longKeysAreHashed() {
		String longest = "u".repeat(128);
		assertThat(key("ai", longest, "ai")).isEqualTo("rate_limit:shop:ai:{" + longest + "}");
		assertThat(key("ai", longest + "u", "ai")).matches("rate_limit:shop:ai:\\{%sha256:[0-9a-f]{32}}");
		assertThat(key("ai", "ü".repeat(22), "ai")).matches("rate_limit:shop:ai:\\{%sha256:[0-9a-f]{32}}");
		assertThat(key("ai", longest + "u", "ai")).isNotEqualTo(key("ai", longest + "v", "ai"));
	}

	@Test
	void keyThatLooksLikeAHashIsAnotherThanTheHash() {
		String hashed = key("ai", "u".repeat(200), "ai");
		String impostor = hashTag(hashed);
		assertThat(key("ai", impostor, "ai")).isNotEqualTo(hashed);
	}

	@Test
	void loneSurrogatesStayApart() {
		assertThat(key("ai", "user:\ud800", "ai")).isNotEqualTo(key("ai", "user:\ud801", "ai"))
			.isNotEqualTo(key("ai", "user:?", "ai"));
	}

	private String key(String name, String key, String limit) {
		return text(this.keys.key(counter(name, key, limit)));
	}

	private static Counter counter(String name, String key, String limit) {
		return new Counter(name, key, LIMIT.withName(limit));
	}

	private static String text(byte[] key) {
		return new String(key, StandardCharsets.US_ASCII);
	}

}

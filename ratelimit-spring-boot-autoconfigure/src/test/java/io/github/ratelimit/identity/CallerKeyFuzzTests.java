package io.github.ratelimit.identity;

import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests keys with what callers may send: whatever it is, nothing is thrown, different
 * identities have different keys, and one identity has one.
 */
class CallerKeyFuzzTests {

	private static final int INPUTS = 120_000;

	private static final List<String> PIECES = List.of("a", "b", "A", "1", "|", "%", ":", "%007c", "%hash:", "user:",
			"ip:203.0.113.7", "header.x-a:", "|header.x-a:a", " ", "\u0000", "\r\n", "\u0085", "\u2028", "\u202e",
			"\ud800", "\udc00", "\ud83d\ude00", "\u00e9", "e\u0301", "{", "}", "\u007f", "\ufeff", "x".repeat(127),
			"y".repeat(200));

	private static final String EXPRESSION = "request['X-E']?.get(0)";

	private static final List<String> SOURCES = List.of("user", "header:X-A", "header:X-B", "api-key", "session",
			"bearer:a|b", "bearer:a", "bean:tenant", EXPRESSION);

	private final KeySources sources = new KeySources(KeyHash.withSecret("0123456789abcdef"), "X-API-Key",
			(principal) -> Map.of("a|b", text("X-C1", principal), "a", text("X-C2", principal)),
			(name) -> () -> (caller) -> caller.details().headers("X-Bean").get(0));

	private static Object text(String name, @Nullable Principal principal) {
		return (principal instanceof User user) ? user.claims().getOrDefault(name, "") : "";
	}

	@Test
	void differentIdentitiesHaveDifferentKeysAndEachHasOne() {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		List<CallerKey> keys = keys();
		Map<String, String> identities = new HashMap<>();
		for (int i = 0; i < INPUTS; i++) {
			CallerKey key = keys.get(random.nextInt(keys.size()));
			Map<String, String> values = new HashMap<>();
			SOURCES.forEach((source) -> values.put(source, value(random)));
			String text = key.of(caller(values));
			assertThat(text).as("input %d of seed %d", i, seed)
				.doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]")
				.hasSizeLessThan(800)
				.isEqualTo(key.of(caller(values)));
			String identity = identity(key, values);
			assertThat(identities.putIfAbsent(text, identity)).as("%s, input %d of seed %d", text, i, seed)
				.isIn(null, identity);
		}
		assertThat(identities).hasSizeGreaterThan(INPUTS / 4);
	}

	private List<CallerKey> keys() {
		List<CallerKey> keys = new ArrayList<>();
		for (String one : SOURCES) {
			keys.add(key(one));
			for (String other : SOURCES) {
				if (!other.equals(one)) {
					keys.add(key(one, other));
				}
			}
		}
		keys.add(key("user", "header:X-A", "header:X-B"));
		return keys;
	}

	private CallerKey key(String... names) {
		return new CallerKey(List.of(names).stream().map((name) -> this.sources.parse(name, "value")).toList(),
				List.of(KeySource.IP), MissingKey.BAD_REQUEST);
	}

	private static String value(Random random) {
		StringBuilder value = new StringBuilder();
		int pieces = random.nextInt(4);
		for (int i = 0; i < pieces; i++) {
			value.append(PIECES.get(random.nextInt(PIECES.size())));
			if (random.nextInt(3) == 0) {
				value.append((char) random.nextInt(0x10000));
			}
		}
		return value.toString();
	}

	private static Caller caller(Map<String, String> values) {
		CallerDetails details = new TestDetails().header("X-A", values.get("header:X-A"))
			.header("X-B", values.get("header:X-B"))
			.header("X-API-Key", values.get("api-key"))
			.header("X-Bean", values.get("bean:tenant"))
			.header("X-E", values.get(EXPRESSION))
			.session(values.get("session"));
		return new Caller(
				new User(values.get("user"), Map.of("X-C1", values.get("bearer:a|b"), "X-C2", values.get("bearer:a"))),
				ClientAddress.of("203.0.113.7"), details);
	}

	/**
	 * Return who it is, told apart by lengths and not by signs.
	 */
	private static String identity(CallerKey key, Map<String, String> values) {
		StringBuilder identity = new StringBuilder();
		for (KeySource source : key.sources()) {
			String name = (source.toString().startsWith("header:x-"))
					? "header:X-" + Character.toUpperCase(source.toString().charAt(9)) : source.toString();
			String value = values.get(name);
			// As a header field is read; a claim is a value of its own
			value = (source.header() != null && !name.startsWith("bearer:")) ? value.strip() : value;
			if (value.isBlank()) {
				return "the address";
			}
			identity.append(name).append('=').append(value.length()).append(',').append(value).append(';');
		}
		return identity.toString();
	}

	/**
	 * A user with claims.
	 */
	private record User(String getName, Map<String, String> claims) implements Principal {

	}

}

package io.github.ratelimit.identity;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link KeySources} and the sources it reads.
 */
class KeySourcesTests {

	private static final KeyHash HASH = KeyHash.withSecret("0123456789abcdef");

	private static final Map<String, Supplier<KeyResolver>> BEANS = Map.of("tenant",
			() -> (caller) -> caller.details().headers("Host").stream().findFirst().orElse(null));

	private final KeySources sources = new KeySources(HASH, "X-API-Key", KeySourcesTests::claims, BEANS::get);

	@Test
	void clientIsTheUserOrElseTheAddress() {
		assertThat(key("client", new TestDetails().user("alice"))).isEqualTo("user:alice");
		assertThat(key("client", new TestDetails().anonymous())).isEqualTo("ip:203.0.113.7");
		assertThat(key("client", new TestDetails().user(" "))).isEqualTo("ip:203.0.113.7");
		assertThat(key("client", new Caller(null, null))).isNull();
	}

	@Test
	void userIsMissingWhereNobodySaidWhoItIs() {
		assertThat(key("user", new TestDetails().user("alice"))).isEqualTo("user:alice");
		assertThat(key("user", new TestDetails().anonymous())).isNull();
	}

	@Test
	void addressIsThatOfTheGroup() {
		Caller caller = new Caller(() -> "alice", new ClientAddress("2001:db8::1", "2001:db8::/64"));
		assertThat(key("ip", caller)).isEqualTo("ip:2001:db8::/64");
		assertThat(key("ip", new Caller(() -> "alice", null))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "api-key, X-API-Key, s3cret, api-key:", "bearer, Authorization, Bearer s3cret, token:",
			"bearer, Authorization, bearer  s3cret, token:", "header:Cookie, Cookie, s3cret, header.cookie:",
			"header:authorization, Authorization, s3cret, header.authorization:" })
	void secretsAreHashed(String source, String header, String value, String label) {
		String key = key(source, new TestDetails().header(header, value).anonymous());
		assertThat(key).startsWith(label).matches(".*:[0-9a-f]{32}").doesNotContain("s3cret");
		assertThat(key(source, new TestDetails().header(header, value).user("alice"))).isEqualTo(key);
		assertThat(key(source, new TestDetails().header(header, value + "2").anonymous())).isNotEqualTo(key);
		KeySources others = new KeySources(KeyHash.withSecret("fedcba9876543210"), "X-API-Key", TokenClaims.NONE,
				BEANS::get);
		assertThat(others.parse(source, "value").key(new TestDetails().header(header, value).anonymous()))
			.as("with another secret")
			.startsWith(label)
			.isNotEqualTo(key);
	}

	@Test
	void sessionIsHashedAndMissingWhereThereIsNone() {
		assertThat(key("session", new TestDetails().session("A1").anonymous())).matches("session:[0-9a-f]{32}");
		assertThat(key("session", new TestDetails().anonymous())).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearerabc", "Bearer =",
			"Bearer a\u0000b", "\u00a0" })
	void whatIsNoBearerTokenIsMissing(String authorization) {
		assertThat(key("bearer", new TestDetails().header("Authorization", authorization).anonymous())).isNull();
	}

	@Test
	void verifiedTokenIsOneHoweverItsSignatureIsWritten() {
		String one = "aGVhZA.Ym9keQ.c2lnbmF0dXJlA";
		String other = "aGVhZA.Ym9keQ.c2lnbmF0dXJlB";
		assertThat(bearer(one, jwt(one))).isEqualTo(bearer(other, jwt(other)));
		assertThat(bearer(one, null)).isNotEqualTo(bearer(other, null));
	}

	@Test
	void tokenThatWasNotVerifiedIsCountedWhole() {
		String opaque = "pat.eu1.aaaaaaaa";
		Principal alice = () -> "alice";
		assertThat(bearer(opaque, alice)).isNotEqualTo(bearer("pat.eu1.bbbbbbbb", alice));
		assertThat(bearer("aGVhZA.Ym9keQ.forged", jwt("aGVhZA.Ym9keQ.c2lnbmF0dXJlA"))).as("beside another login")
			.isEqualTo(bearer("aGVhZA.Ym9keQ.forged", null))
			.isNotEqualTo(bearer("aGVhZA.Ym9keQ.c2lnbmF0dXJlA", jwt("aGVhZA.Ym9keQ.c2lnbmF0dXJlA")));
	}

	private static @Nullable String bearer(String token, @Nullable Principal principal) {
		CallerDetails details = new TestDetails().header("Authorization", "Bearer " + token);
		return new KeySources(HASH, "X-API-Key", new SecurityTokenClaims(), BEANS::get).parse("bearer", "value")
			.key(new Caller(principal, null, details));
	}

	private static Principal jwt(String token) {
		return new JwtAuthenticationToken(new Jwt(token, Instant.EPOCH, Instant.EPOCH.plusSeconds(60),
				Map.of("alg", "RS256"), Map.of("sub", "alice")), List.of());
	}

	@ParameterizedTest
	@ValueSource(strings = { "api-key", "bearer", "header:X-API-Key" })
	void headerFieldThatIsSentTwiceSaysNothing(String source) {
		TestDetails details = new TestDetails().header("X-API-Key", "good")
			.header("X-API-Key", "other")
			.header("Authorization", "Bearer good")
			.header("Authorization", "Bearer other");
		assertThat(key(source, details.anonymous())).isNull();
	}

	@Test
	void claimIsThatOfAVerifiedTokenAlone() {
		TestDetails details = new TestDetails().header("Authorization", "Bearer eyJ.eyJzdWIiOiJib2IifQ.x");
		assertThat(key("bearer:sub", details.user("alice"))).isEqualTo("claim.sub:id-of-alice");
		assertThat(key("bearer:sub", details.anonymous())).isNull();
		assertThat(key("bearer:number", details.user("alice"))).isEqualTo("claim.number:7");
		assertThat(key("bearer:list", details.user("alice"))).isNull();
		assertThat(key("bearer:blank", details.user("alice"))).isNull();
		assertThat(key("bearer:https://a|b", details.user("alice"))).isEqualTo("claim.https%003a//a%007cb:x");
	}

	@Test
	void headerIsShownAndEscaped() {
		assertThat(key("header:X-Tenant", new TestDetails().header("x-tenant", " acme ").anonymous()))
			.isEqualTo("header.x-tenant:acme");
		assertThat(key("header:X-Tenant", new TestDetails().header("x-tenant", "a|b%c\r\n\u202e").anonymous()))
			.isEqualTo("header.x-tenant:a%007cb%0025c%000d%000a%202e");
		assertThat(key("header:X-Tenant", new TestDetails().header("x-tenant", " ").anonymous())).isNull();
		assertThat(key("header:X-Tenant", new TestDetails().anonymous())).isNull();
	}

	@Test
	void longValueIsHashed() {
		String name = "a".repeat(129);
		assertThat(key("user", new TestDetails().user(name))).isEqualTo("user:%hash:" + HASH.of(name)).hasSize(43);
		assertThat(key("user", new TestDetails().user("a".repeat(128)))).isEqualTo("user:" + "a".repeat(128));
		assertThat(key("user", new TestDetails().user("%hash:" + HASH.of(name)))).startsWith("user:%0025hash:");
	}

	@Test
	void beanIsAskedWhenItIsNeeded() {
		assertThat(key("bean:tenant", new TestDetails().header("Host", "acme.example.org").anonymous()))
			.isEqualTo("bean.tenant:acme.example.org");
		assertThat(key("bean:tenant", new TestDetails().anonymous())).isNull();
	}

	@Test
	void expressionSeesTheRequestAndTheAuthentication() {
		TestDetails details = new TestDetails().header("X-Tenant", "acme");
		assertThat(key("request['X-Tenant'][0] + '/' + authentication?.name", details.user("alice")))
			.isEqualTo("value:acme/alice");
		assertThat(key("request['None']", details.anonymous())).isNull();
		assertThat(key("request['None'][0]", details.anonymous())).as("one that fails").isNull();
		assertThat(key("request['X-Tenant']", details.anonymous())).as("one that gives no text").isNull();
		assertThat(key("request['X-Tenant'].size()", details.anonymous())).isEqualTo("value:1");
	}

	@Test
	void beanThatFailsGivesNone() {
		KeySources failing = new KeySources(HASH, "X-API-Key", TokenClaims.NONE, (name) -> () -> (caller) -> {
			throw new IllegalStateException("away");
		});
		assertThat(failing.parse("bean:tenant", "value").key(new TestDetails().anonymous())).isNull();
	}

	@Test
	void expressionOverTheAuthenticationAloneIsNoInvention() {
		assertThat(this.sources.parse("authentication?.name", "value").kind()).isEqualTo(KeySource.Kind.CREDENTIAL);
		assertThat(this.sources.parse("request['a']", "value").kind()).isEqualTo(KeySource.Kind.EXPRESSION);
		assertThat(this.sources.parse("#root.request['a']", "value").kind()).isEqualTo(KeySource.Kind.EXPRESSION);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '"',
			value = { "\"\"; it is blank", "header:; '' is not the name of a header field",
					"header:a b; 'a b' is not the name of a header field", "bearer:; it names no claim",
					"bean:none; there is no bean 'none' of type io.github.ratelimit.identity.KeyResolver",
					"'user'; it is an expression that is the same for every caller",
					"1 + 1; it is an expression that is the same for every caller",
					"usr; it is no known source, and as an expression it names 'usr'",
					"ip6; it is no known source, and as an expression it names 'ip6'",
					"header X; it is no known source, and as an expression it is not an expression: " })
	void whatIsNoSourceIsAnError(String text, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.parse(text, "value"))
			.withMessageStartingWith(reason);
	}

	@Test
	void secretThatIsTooShortIsAnErrorThatDoesNotTellIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyHash.withSecret("0123456789abcde"))
			.withMessage("it has fewer than 16 characters");
	}

	private @Nullable String key(String source, Caller caller) {
		return this.sources.parse(source, "value").key(caller);
	}

	private static Map<String, Object> claims(@Nullable Principal principal) {
		return (principal != null) ? Map.of("sub", "id-of-" + principal.getName(), "number", 7, "list", List.of("a"),
				"blank", " ", "https://a|b", "x") : Map.of();
	}

}

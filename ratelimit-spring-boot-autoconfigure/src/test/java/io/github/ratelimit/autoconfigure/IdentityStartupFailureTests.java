package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.core.Authentication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for settings of keys and plans that stop the start.
 */
class IdentityStartupFailureTests {

	private static final String SOURCES = "client, user, ip, api-key, bearer, bearer:<claim>, session, header:<name>, "
			+ "bean:<name>, or an expression over request and authentication";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					tiers.api.key          | usr        | usr    | it is no known source, and as an expression it names 'usr', but sees only 'request' and 'authentication'
					tiers.api.key          | header:a b | header:a b | 'a b' is not the name of a header field
					tiers.api.key          | bean:none  | bean:none | there is no bean 'none' of type io.github.ratelimit.identity.KeyResolver
					tiers.api.key-fallback | ipv6       | ipv6   | it is no known source, and as an expression it names 'ipv6', but sees only 'request' and 'authentication'
					""")
	void sourceThatIsNone(String property, String value, String shown, String reason) {
		fails("ratelimit." + property + "=" + value, "ratelimit." + property, shown, reason,
				"Set 'ratelimit.%s' to one of: %s.".formatted(property, SOURCES));
	}

	@Test
	void sourceThatIsNamedTwice() {
		fails("ratelimit.tiers.api.key=user,ip,user", "ratelimit.tiers.api.key[2]", "user", "the source is named twice",
				"Name each source once.");
	}

	@Test
	void keyWithoutASource() {
		fails("ratelimit.tiers.api.key=", "ratelimit.tiers.api.key", "", "the key has no source",
				"Set 'ratelimit.tiers.api.key' to one or more of: " + SOURCES + ".");
	}

	@ParameterizedTest
	@CsvSource({ "'', it is blank", "api, a tier cannot be its own gate" })
	void gateThatIsNone(String gate, String reason) {
		fails("ratelimit.tiers.api.gate=" + gate, "ratelimit.tiers.api.gate", gate, reason,
				"Set 'ratelimit.tiers.api.gate' to the name of another tier, or leave it out.");
	}

	@Test
	void gateThatHasAGate() {
		this.runner
			.withPropertyValues("ratelimit.tiers.api.gate=ai", "ratelimit.tiers.ai.gate=auth",
					"ratelimit.tiers.auth.rate=1/s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage(
						"Property ratelimit.tiers.api.gate with value 'ai' is invalid: that tier has a gate itself"));
	}

	@ParameterizedTest
	@CsvSource({ "ratelimit.tiers.api.key=bearer:sub, ratelimit.tiers.api.key",
			"ratelimit.plans[0].claim=plan, ratelimit.plans[0].claim" })
	void claimsThatNobodyKnows(String setting, String property) {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security.oauth2"))
			.withPropertyValues(setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("Property " + property)
				.hasMessageEndingWith("which knows the claims of tokens, is not on the class path"));
	}

	@Test
	void keyThatIsTheSameForEverybody() {
		fails("ratelimit.tiers.api.key='user'", "ratelimit.tiers.api.key", "'user'",
				"it is an expression that is the same for every caller",
				"Set 'ratelimit.tiers.api.key' to one of: " + SOURCES + ".");
	}

	@Test
	void secretThatIsTooShortIsNotShown() {
		fails("ratelimit.keys.secret=hunter2", "ratelimit.keys.secret", "******", "it has fewer than 16 characters",
				"Set 'ratelimit.keys.secret' to at least 16 random characters, the same on all instances.");
	}

	@Test
	void headerThatIsNone() {
		fails("ratelimit.keys.api-key-header=X Key", "ratelimit.keys.api-key-header", "X Key",
				"it is not the name of a header field",
				"Set 'ratelimit.keys.api-key-header' to a name such as X-API-Key.");
	}

	@Test
	void planThatNobodyIsOn() {
		fails("ratelimit.plans[0].plan=premium", "ratelimit.plans[0]", null, "it does not say who is on the plan",
				"Set one of 'ratelimit.plans[0].authority', 'ratelimit.plans[0].role', 'ratelimit.plans[0].claim' and "
						+ "'ratelimit.plans[0].expression'.");
	}

	@Test
	void roleWithoutAPlan() {
		fails("ratelimit.plans[0].role=PREMIUM", "ratelimit.plans[0].plan", null, "the rule names no plan",
				"Set 'ratelimit.plans[0].plan' to the name of a plan.");
	}

	@Test
	void expressionThatIsNone() {
		fails("ratelimit.plans[0].expression=authentication.", "ratelimit.plans[0].expression", "authentication.",
				"it is not an expression", "Set 'ratelimit.plans[0].expression' to an expression such as");
	}

	@Test
	void valueWithoutAClaim() {
		this.runner
			.withPropertyValues("ratelimit.plans[0].plan=a", "ratelimit.plans[0].role=b", "ratelimit.plans[0].value=c")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Property ratelimit.plans[0].value with value 'c' is invalid: only a claim has"));
	}

	@Test
	void roleWithoutSpringSecurity() {
		this.runner.withClassLoader(new FilteredClassLoader(Authentication.class))
			.withPropertyValues("ratelimit.plans[0].plan=a", "ratelimit.plans[0].role=b")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage(
						"Property ratelimit.plans[0].role with value 'b' is invalid: Spring Security, which knows it, "
								+ "is not on the class path"));
	}

	private void fails(String setting, String property, @Nullable String value, String reason, String remedy) {
		this.runner.withPropertyValues(setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidRateLimitConfigurationException.class, (ex) -> {
					assertThat(ex.getProperty()).isEqualTo(property);
					assertThat(ex.getValue()).isEqualTo(value);
					assertThat(ex.getReason()).startsWith(reason);
					assertThat(ex.getRemedy()).startsWith(remedy);
				}));
	}

}

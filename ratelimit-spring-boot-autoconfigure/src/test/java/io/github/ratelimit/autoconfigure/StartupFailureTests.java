package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what is printed where a setting stops the start of an application.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

	private static final String NODES = "Set the host, the nodes of 'cluster' or 'masterreplica', or master and nodes of "
			+ "'sentinel', with nodes written host:port.";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					2/          | '2/' is not a rate: its window is missing
					0/s         | '0/s' is not a rate: its number must be above zero
					-1/s        | '-1/s' is not a rate: '-1' is not a positive number
					5/fortnight | '5/fortnight' is not a rate: 'fortnight' is not a window (known units are ms, s, m, h, d, w, month)
					""")
	void rateThatCannotBeRead(String rate, String reason, CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.rate=" + rate)
			.isEqualTo(noRate("ratelimit.tiers.reports.rate", rate, reason));
	}

	@Test
	void windowOverTenYears(CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.plans.premium.rate=1/3654d")
			.isEqualTo(noRate("ratelimit.tiers.reports.plans.premium.rate", "1/3654d",
					"'1/3654d' is not a rate: The window of a rate must not be longer than ten years (3653d), but is "
							+ "PT87696H"));
	}

	private static String noRate(String property, String value, String reason) {
		return invalid(property, value, reason, "Set '" + property + "' to <number>/<window>, such as 2/s, 0.5/s, "
				+ "100/minute, 100/60s, 10000/day or 1000/month.");
	}

	@Test
	void burstOfZero(CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.rate=10/m", "ratelimit.tiers.reports.burst=0")
			.isEqualTo(invalid("ratelimit.tiers.reports.burst", "0", "a burst below 1 would refuse every request",
					"Set 'ratelimit.tiers.reports.burst' to at least 1, or leave it out for a burst of 10."));
	}

	@Test
	void leasesThatSaveNothing(CapturedOutput output) {
		fails(output, "ratelimit.redis.leases.duration=9ms").isEqualTo(invalid("ratelimit.redis.leases.duration", "9ms",
				"a lease of less than 10 ms would save nothing",
				"Set 'ratelimit.redis.leases.duration' to a duration such as 1s, or 'ratelimit.redis.leases.enabled'"
						+ " to false."));
	}

	@Test
	void modeWithoutRate(CapturedOutput output) {
		fails(output, "ratelimit.tiers.ai.mode=leased").isEqualTo(invalid("ratelimit.tiers.ai.mode", "leased",
				"it is said of a limit that has no rate", "Set 'ratelimit.tiers.ai.rate' too, such as 2/s or 100/m."));
	}

	@Test
	void burstWithoutRate(CapturedOutput output) {
		fails(output, "ratelimit.tiers.ai.burst=7").isEqualTo(invalid("ratelimit.tiers.ai.burst", "7",
				"it is said of a limit that has no rate", "Set 'ratelimit.tiers.ai.rate' too, such as 2/s or 100/m."));
	}

	@Test
	void burstOfPlanWithoutRate(CapturedOutput output) {
		fails(output, "ratelimit.tiers.ai.plans.premium.burst=7")
			.isEqualTo(invalid("ratelimit.tiers.ai.plans.premium.burst", "7", "it is said of a limit that has no rate",
					"Set 'ratelimit.tiers.ai.plans.premium.rate' too, such as 2/s or 100/m."));
	}

	@Test
	void planWithoutRate(CapturedOutput output) {
		fails(output, "ratelimit.tiers.ai.plans.premium.rate=")
			.isEqualTo(noRate("ratelimit.tiers.ai.plans.premium.rate", "", "'' is not a rate: it has no window"));
	}

	@Test
	void tierWithoutLimitForCallersOnNoPlan(CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.plans.authenticated.rate=2/s")
			.isEqualTo(notSet("ratelimit.tiers.reports.rate", "callers on no plan of this tier would have no limit",
					"Set 'ratelimit.tiers.reports.rate', or 'ratelimit.tiers.reports.plans.anonymous.rate'."));
	}

	@Test
	void planThatIsCalledAsTheTiersOwnLimitIs(CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.rate=2/s", "ratelimit.tiers.reports.plans.default.rate=2/s")
			.isEqualTo(notSet("ratelimit.tiers.reports.plans.default",
					"'default' is what the limit of callers on no plan is called",
					"Give the plan another name, or set 'ratelimit.tiers.reports.rate' for callers on no plan."));
	}

	@Test
	void sentinelWithoutNodes(CapturedOutput output) {
		fails(output, "spring.data.redis.sentinel.master=primary")
			.isEqualTo(notSet("spring.data.redis.*", "they name no Redis (sentinel has no master or no nodes)", NODES));
	}

	@Test
	void clusterNodeThatIsAnAddressWithAPassword(CapturedOutput output) {
		fails(output, "spring.data.redis.cluster.nodes=redis://:secret@localhost:6379").isEqualTo(
				notSet("spring.data.redis.*", "they name no Redis (a host is more than a name or an address)", NODES));
		assertThat(output).doesNotContain("secret");
	}

	@Test
	void clusterNodeWithoutPort(CapturedOutput output) {
		fails(output, "spring.data.redis.cluster.nodes=localhost:abc")
			.isEqualTo(notSet("spring.data.redis.*", "they name no Redis (a node's port is no number)", NODES));
	}

	@Test
	void tierThatHasNoName(CapturedOutput output) {
		fails(output, "ratelimit.tiers[my tier].rate=2/s")
			.isEqualTo(notSet("ratelimit.tiers.my tier", "'my tier' is not a tier's name",
					"Name the tier with 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit."));
	}

	@Test
	void limitThatCannotBeCountedExactly(CapturedOutput output) {
		fails(output, "ratelimit.tiers.reports.rate=7/3653d", "ratelimit.tiers.reports.burst=999999999999")
			.isEqualTo(invalid("ratelimit.tiers.reports.rate", "7/3653d",
					"A rate of 7/3653d with a burst of 999999999999 cannot be counted exactly: choose a smaller burst, "
							+ "or a window that the quota divides better",
					"Choose another rate or burst, or another 'ratelimit.tiers.reports.algorithm'."));
	}

	@Test
	void routeToATierThatDoesNotExist(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai", "ratelimit.routes[0].paths=/a", "ratelimit.routes[1].tier=aii",
				"ratelimit.routes[1].paths=/b", "ratelimit.tiers.reports.rate=1/s")
			.isEqualTo("""
					Description:

					Property 'ratelimit.routes[1].tier' names the rate limit tier 'aii', which does not exist. \
					There are: ai, api, auth, reports.

					Action:

					Correct the name, or set the limits of the tier with the property 'ratelimit.tiers.aii.rate'.
					""");
	}

	@Test
	void routeWithoutTier(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].paths=/a").isEqualTo(notSet("ratelimit.routes[0].tier",
				"the route names no tier", "Set 'ratelimit.routes[0].tier' to one of: ai, api, auth."));
	}

	@Test
	void routeOfSeveralTiersOfWhichOneDoesNotExist(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai,aii", "ratelimit.routes[0].paths=/a").startsWith("""
				Description:

				Property 'ratelimit.routes[0].tier[1]' names the rate limit tier 'aii', which does not exist.""");
	}

	@Test
	void routeThatNamesATierTwice(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier[0]=ai", "ratelimit.routes[0].tier[1]=ai",
				"ratelimit.routes[0].paths=/a")
			.isEqualTo(invalid("ratelimit.routes[0].tier[1]", "ai", "the route names the tier twice",
					"Name each tier once."));
	}

	@Test
	void routeOfSeveralTiersOfWhichOneIsBlank(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier[0]=ai", "ratelimit.routes[0].tier[1]=", "ratelimit.routes[0].paths=/a")
			.isEqualTo(invalid("ratelimit.routes[0].tier[1]", "", "the route names no tier",
					"Set 'ratelimit.routes[0].tier[1]' to one of: ai, api, auth."));
	}

	@Test
	void routeThatLimitsNothingAndSaysHow(CapturedOutput output) {
		String reason = "a route of the tier 'none' limits nothing";
		fails(output, "ratelimit.routes[0].tier=none,ai", "ratelimit.routes[0].paths=/a").isEqualTo(
				invalid("ratelimit.routes[0].tier", "none,ai", reason, "Name 'none' alone, or tiers that there are."));
		fails(output, "ratelimit.routes[0].tier=none", "ratelimit.routes[0].paths=/a", "ratelimit.routes[0].cost=5")
			.isEqualTo(invalid("ratelimit.routes[0].cost", "5", reason,
					"Leave 'ratelimit.routes[0].cost' out, or name a tier."));
		fails(output, "ratelimit.routes[0].tier=none", "ratelimit.routes[0].paths=/a",
				"ratelimit.routes[0].before-authentication=true")
			.isEqualTo(invalid("ratelimit.routes[0].before-authentication", "true", reason,
					"Leave 'ratelimit.routes[0].before-authentication' out, or name a tier."));
	}

	@Test
	void tierWithTheNameForNone(CapturedOutput output) {
		fails(output, "ratelimit.tiers.none.rate=1/s").isEqualTo(notSet("ratelimit.tiers.none",
				"'none' is what a route names that limits nothing", "Give the tier another name."));
	}

	@Test
	void costOfARouteThatIsNone(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai", "ratelimit.routes[0].paths=/a", "ratelimit.routes[0].cost=1.5")
			.isEqualTo(invalid("ratelimit.routes[0].cost", "1.5",
					"it gives 1.5 and not a whole number that is not negative",
					"Set 'ratelimit.routes[0].cost' to a whole number, to header:<name>, or to an expression such as "
							+ "1 + request.contentLengthLong / 1024."));
	}

	@Test
	void routeWithoutPaths(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai").isEqualTo(notSet("ratelimit.routes[0].paths",
				"the route has no paths", "Set 'ratelimit.routes[0].paths' to patterns such as /login or /api/**."));
	}

	@Test
	void pathThatIsNoPattern(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai", "ratelimit.routes[0].paths[0]=/a",
				"ratelimit.routes[0].paths[1]=/stories/{id")
			.isEqualTo(invalid("ratelimit.routes[0].paths[1]", "/stories/{id",
					"it is not a path pattern: Expected close capture character after variable name }",
					"Set 'ratelimit.routes[0].paths[1]' to a pattern such as /login, /stories/{id} or /api/**."));
	}

	@Test
	void pathThatIsBlank(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai", "ratelimit.routes[0].paths[0]= ")
			.isEqualTo(invalid("ratelimit.routes[0].paths[0]", " ", "it is blank",
					"Set 'ratelimit.routes[0].paths[0]' to a pattern such as /login, /stories/{id} or /api/**."));
	}

	@Test
	void methodThatHttpDoesNotHave(CapturedOutput output) {
		fails(output, "ratelimit.routes[0].tier=ai", "ratelimit.routes[0].paths=/a",
				"ratelimit.routes[0].methods=GET,FETCH")
			.isEqualTo(invalid("ratelimit.routes[0].methods", "FETCH", "it is not a method of HTTP",
					"Choose from [DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, TRACE], or leave "
							+ "'ratelimit.routes[0].methods' out for all."));
	}

	@Test
	void timeoutOfZero(CapturedOutput output) {
		fails(output, "ratelimit.redis.timeout=0ms").isEqualTo(invalid("ratelimit.redis.timeout", "0ms",
				"it is not above zero", "Set 'ratelimit.redis.timeout' to a duration such as 100ms."));
		fails(output, "ratelimit.redis.connect-timeout=-1000ms")
			.isEqualTo(invalid("ratelimit.redis.connect-timeout", "-1000ms", "it is not above zero",
					"Set 'ratelimit.redis.connect-timeout' to a duration such as 500ms."));
		fails(output, "ratelimit.redis.heartbeat-interval=0ms").isEqualTo(invalid("ratelimit.redis.heartbeat-interval",
				"0ms", "it is not above zero", "Set 'ratelimit.redis.heartbeat-interval' to a duration such as 5s."));
	}

	@Test
	void settingsOfRedisThatMakeNoSenseWhereThereIsNone(CapturedOutput output) {
		fails(output, "ratelimit.redis.enabled=false", "ratelimit.redis.timeout=0ms")
			.isEqualTo(invalid("ratelimit.redis.timeout", "0ms", "it is not above zero",
					"Set 'ratelimit.redis.timeout' to a duration such as 100ms."));
		fails(output, "ratelimit.circuit-breaker.failure-threshold=0")
			.isEqualTo(invalid("ratelimit.circuit-breaker.failure-threshold", "0", "it is not above zero",
					"Set 'ratelimit.circuit-breaker.failure-threshold' to at least 1."));
		fails(output, "ratelimit.redis.refusal-cache.max-size=-1")
			.isEqualTo(invalid("ratelimit.redis.refusal-cache.max-size", "-1", "it is not above zero",
					"Set 'ratelimit.redis.refusal-cache.max-size' to at least 1, or "
							+ "'ratelimit.redis.refusal-cache.enabled' to false."));
	}

	@Test
	void storeThatHoldsNothing(CapturedOutput output) {
		fails(output, "ratelimit.memory.max-counters=0").isEqualTo(invalid("ratelimit.memory.max-counters", "0",
				"a store must hold at least 1 counter", "Set 'ratelimit.memory.max-counters' to at least 1."));
	}

	@Test
	void memorystoreWithoutHost(CapturedOutput output) {
		fails(output, "MEMORYSTORE_ENABLED=true")
			.isEqualTo(notSet("MEMORYSTORE_HOST", "MEMORYSTORE_ENABLED is true, but no host is named",
					"Set 'MEMORYSTORE_HOST' to the address of the instance, or 'MEMORYSTORE_ENABLED' to false."));
	}

	@Test
	void memorystoreHostThatIsAnAddressWithAPassword(CapturedOutput output) {
		fails(output, "MEMORYSTORE_ENABLED=true", "MEMORYSTORE_HOST=redis://:hunter2@10.0.0.3")
			.isEqualTo(invalid("MEMORYSTORE_HOST", "(not shown, it may hold a password)",
					"it is more than a name or an address", "Set 'MEMORYSTORE_HOST' to the host alone, its port as "
							+ "'MEMORYSTORE_PORT' and its password as 'MEMORYSTORE_PASSWORD'."));
		assertThat(output).doesNotContain("hunter2");
	}

	@ParameterizedTest
	@CsvSource({ "six", "0", "65536", "-1", "6379/1" })
	void memorystorePortThatIsNone(String port, CapturedOutput output) {
		fails(output, "MEMORYSTORE_ENABLED=true", "MEMORYSTORE_HOST=10.0.0.3", "MEMORYSTORE_PORT=" + port,
				"MEMORYSTORE_PASSWORD=hunter2")
			.isEqualTo(invalid("MEMORYSTORE_PORT", port, "it is not a port",
					"Set 'MEMORYSTORE_PORT' to a number from 1 to 65535, or leave it out for 6379."));
		assertThat(output).doesNotContain("hunter2");
	}

	@Test
	void memorystoreThatIsNeitherEnabledNorNot(CapturedOutput output) {
		fails(output, "MEMORYSTORE_ENABLED=maybe").isEqualTo(invalid("MEMORYSTORE_ENABLED", "maybe",
				"it is neither true nor false", "Set 'MEMORYSTORE_ENABLED' to true or false."));
	}

	@ParameterizedTest
	@CsvSource({ "ratelimit.redis.url", "spring.data.redis.url", "REDIS_URL" })
	void addressThatIsNone(String property, CapturedOutput output) {
		for (String url : List.of("http://alice:hunter2@localhost:6379", "redis://alice:hunt#er2@localhost")) {
			fails(output, property + "=" + url).as(url)
				.isEqualTo(invalid(property, "(not shown, it may hold a password)", "it is not an address of Redis",
						"Set '" + property
								+ "' to redis://[user:password@]host[:port][/database], or rediss:// for TLS; "
								+ "percent-encode signs such as '@', '/' and '#' in user and password."));
		}
		assertThat(output).doesNotContain("hunt").doesNotContain("er2");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					example.com    | 'example.com' is not an IP address or network
					10.0.0.0/33    | the prefix of '10.0.0.0/33' is not a number from 0 to 32
					10.0.0.1/8     | '10.0.0.1/8' has bits set behind its prefix; the network of that address is 10.0.0.0/8
					2001:db8::1/64 | '2001:db8::1/64' has bits set behind its prefix; the network of that address is 2001:db8::/64
					""")
	void proxyThatIsNoNetwork(String network, String reason, CapturedOutput output) {
		String property = "ratelimit.client-address.trusted-proxies";
		fails(output, property + "=" + network).isEqualTo(invalid(property, network, reason,
				"Set '" + property + "' to a network such as 10.0.0.0/8, an address, private or loopback."));
		fails(output, property + "[0]=private", property + "[1]=" + network)
			.isEqualTo(invalid(property + "[1]", network, reason,
					"Set '" + property + "[1]' to a network such as 10.0.0.0/8, an address, private or loopback."));
	}

	@ParameterizedTest
	@CsvSource({ "0", "-1", "33" })
	void hopsThatAreNone(String hops, CapturedOutput output) {
		fails(output, "ratelimit.client-address.hops=" + hops)
			.isEqualTo(invalid("ratelimit.client-address.hops", hops, "it is not a number from 1 to 32",
					"Set 'ratelimit.client-address.hops' to the number of proxies that every request comes through, "
							+ "or leave it out."));
	}

	@Test
	void proxiesThatAreTrustedByAddressAndByNumber(CapturedOutput output) {
		fails(output, "ratelimit.client-address.hops=2", "ratelimit.client-address.trusted-proxies=private")
			.isEqualTo(invalid("ratelimit.client-address.hops", "2",
					"'ratelimit.client-address.trusted-proxies' says by address which proxies are believed",
					"Set 'ratelimit.client-address.trusted-proxies' or 'ratelimit.client-address.hops', not both."));
	}

	@ParameterizedTest
	@CsvSource({ "ipv4-prefix, 0, 32", "ipv4-prefix, 33, 32", "ipv6-prefix, -1, 128", "ipv6-prefix, 129, 128" })
	void prefixThatNoAddressHas(String name, String prefix, int bits, CapturedOutput output) {
		String property = "ratelimit.client-address." + name;
		fails(output, property + "=" + prefix)
			.isEqualTo(invalid(property, prefix, "it is not a number from 1 to " + bits,
					"Set '" + property + "' to at most " + bits + ", which counts each address by itself."));
	}

	static String invalid(String property, String value, String reason, String remedy) {
		return text(property, "\"" + value + "\"",
				"    Origin: \"" + property + "\" from property source \"commandLineArgs\"\n", reason, remedy);
	}

	static String notSet(String property, String reason, String remedy) {
		return text(property, "(not set)", "", reason, remedy);
	}

	private static String text(String property, String value, String origin, String reason, String remedy) {
		return """
				Description:

				The rate limiter cannot be configured:

				    Property: %s
				    Value: %s
				%s    Reason: %s

				Action:

				%s
				""".formatted(property, value, origin, reason, remedy);
	}

	/**
	 * Start an application, see that it does not start, and return what is printed from
	 * the description on.
	 */
	static AbstractStringAssert<?> fails(CapturedOutput output, String... properties) {
		int before = output.length();
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--REDIS_URL=", "--MEMORYSTORE_ENABLED=", "--spring.main.banner-mode=off"));
		for (String property : properties) {
			arguments.removeIf((argument) -> argument.startsWith("--" + property.replaceFirst("=.*", "=")));
			arguments.add("--" + property);
		}
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.build();
		assertThatException().isThrownBy(() -> application.run(arguments.toArray(String[]::new)).close());
		String printed = output.toString().substring(before);
		assertThat(printed).contains("APPLICATION FAILED TO START");
		String analysis = printed.substring(printed.indexOf("Description:"));
		return assertThat(analysis.replace(System.lineSeparator(), "\n").replaceAll("\n+$", "\n"));
	}

	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, RateLimitRedisAutoConfiguration.class,
			RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class })
	static class Application {

	}

}

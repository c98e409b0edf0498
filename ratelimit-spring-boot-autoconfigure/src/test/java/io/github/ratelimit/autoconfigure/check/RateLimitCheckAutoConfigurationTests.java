package io.github.ratelimit.autoconfigure.check;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.autoconfigure.rules.RateLimitRulesAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.FailedChecksException;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.Severity;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.github.ratelimit.tier.RuleRepository;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mock;

/**
 * Tests for the checks that are made when the application starts.
 */
class RateLimitCheckAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				RateLimitRedisAutoConfiguration.class, RateLimitedAutoConfiguration.class,
				RateLimitServletAutoConfiguration.class, RateLimitCheckAutoConfiguration.class))
		.withPropertyValues("REDIS_URL=", "MEMORYSTORE_ENABLED=");

	@Test
	void nothingIsFoundInAnApplicationThatSetsNothing() {
		this.runner.run(finds());
	}

	@Test
	void nothingIsCheckedWhileTheLimiterIsSwitchedOff() {
		this.runner.withPropertyValues("ratelimit.enabled=false", "ratelimit.failure-moed=open")
			.run((context) -> assertThat(context).doesNotHaveBean(StartupChecks.class));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1", "2000::/3", "::ffff:0:0/96", "::/0", "10.0.0.0/8,::/0" })
	void trustInEverybodyStopsTheStart(String networks) {
		this.runner.withPropertyValues("ratelimit.client-address.trusted-proxies=" + networks).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(FailedChecksException.class)
				.hasMessageContaining("RL002: Property 'ratelimit.client-address.trusted-proxies' has '");
		});
	}

	@Test
	void trustInSomeNetworksIsFine() {
		this.runner.withPropertyValues("ratelimit.client-address.trusted-proxies=10.0.0.0/8,private,192.0.2.8/30")
			.run((context) -> assertThat(found(context, Check.EVERYBODY_TRUSTED)).isEmpty());
	}

	@ParameterizedTest
	@CsvSource({ "128,1", "65,1", "64,0", "48,0" })
	void wholeIpv6AddressesAreTold(int prefix, int findings) {
		this.runner.withPropertyValues("ratelimit.client-address.ipv6-prefix=" + prefix)
			.run((context) -> assertThat(found(context, Check.WHOLE_IPV6_ADDRESSES)).hasSize(findings));
	}

	@ParameterizedTest
	@CsvSource({ "K_SERVICE=chat,Cloud Run or Knative (K_SERVICE is set)",
			"ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2,Amazon ECS (ECS_CONTAINER_METADATA_URI_V4 is set)",
			"spring.main.cloud-platform=kubernetes,a platform that Spring Boot takes for KUBERNETES" })
	void countingInMemoryWhereSeveralInstancesRunIsTold(String property, String evidence) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(found(context, Check.INSTANCES_COUNT_APART)).singleElement()
				.asString()
				.contains(evidence)
				.doesNotContain("chat"));
	}

	@Test
	void countingElsewhereWhereSeveralInstancesRunIsFine() {
		this.runner.withPropertyValues("K_SERVICE=chat")
			.withBean(RateLimitStore.class, () -> mock(RateLimitStore.class, CALLS_REAL_METHODS))
			.run(finds());
	}

	@Test
	void tierThatNothingUsesIsToldWhenTheApplicationIsReady() {
		this.runner
			.withPropertyValues("ratelimit.tiers.reports.rate=1/s", "ratelimit.tiers.api.rate=1/s",
					"ratelimit.tiers.code.rate=1/s", "ratelimit.tiers.routed.rate=1/s",
					"ratelimit.routes[0].tier=routed", "ratelimit.routes[0].paths=/a")
			.withBean(Service.class)
			.run((context) -> {
				assertThat(context.getBean(Findings.class).all()).isEmpty();
				context.getBean(RateLimiterRegistry.class).get("code");
				ready(context);
				assertThat(found(context, Check.UNUSED_TIER)).singleElement()
					.asString()
					.contains(
							"No route and no @RateLimited names tier 'reports' of property 'ratelimit.tiers.reports'");
				context.getBean(RateLimiterRegistry.class).get("reports");
				assertThat(found(context, Check.UNUSED_TIER)).isEmpty();
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', textBlock = """
			/**;             ; /login;        ;     1
			/api/**;         ; /api/{id}/x;   ;     1
			/api/**;         ; /api/**;       POST; 1
			/a/{id};         ; /a/b;          GET;  1
			/a/b;         GET; /a/b;          HEAD; 1
			/a;     POST,GET; /a;             GET;  1
			/login;      POST; /login;        ;     0
			/login;      POST; /login;        GET;  0
			/api/*;          ; /api/{a}/{b};  ;     0
			/api/{id}/**;    ; /api/{name}/a; ;     0
			/apis/**;        ; /api/x;        ;     0
			/api/**;         ; /{any}/x;      ;     0
			""")
	void routeThatAnEarlierOneTakesAllOfIsTold(String first, String firstMethods, String second, String secondMethods,
			int findings) {
		this.runner
			.withPropertyValues("ratelimit.routes[0].tier=api", "ratelimit.routes[0].paths=" + first,
					"ratelimit.routes[1].tier=ai", "ratelimit.routes[1].paths=" + second)
			.withPropertyValues((firstMethods != null) ? "ratelimit.routes[0].methods=" + firstMethods : "a=b")
			.withPropertyValues((secondMethods != null) ? "ratelimit.routes[1].methods=" + secondMethods : "a=b")
			.run((context) -> assertThat(found(context, Check.UNREACHABLE_ROUTE)).hasSize(findings)
				.allMatch((finding) -> finding.detail()
					.startsWith("Route 'ratelimit.routes[1]' gets no request, because 'ratelimit.routes[0]' stands")));
	}

	@ParameterizedTest
	@CsvSource({ "/app/login,1", "/app,1", "/apple,0", "/login,0" })
	void routeThatBeginsWithTheContextPathIsTold(String path, int findings) {
		this.runner
			.withPropertyValues("server.servlet.context-path=/app", "ratelimit.routes[0].tier=api",
					"ratelimit.routes[0].paths=" + path)
			.run((context) -> assertThat(found(context, Check.UNREACHABLE_ROUTE)).hasSize(findings));
	}

	@ParameterizedTest
	@CsvSource({ "client,1", "ip,0" })
	void routeOfTwoTiersWithTheSameKeyIsTold(String key, int findings) {
		this.runner
			.withPropertyValues("ratelimit.tiers.api.key=" + key, "ratelimit.routes[0].tier=api,ai",
					"ratelimit.routes[0].paths=/a")
			.run((context) -> assertThat(found(context, Check.CHARGED_TWICE)).hasSize(findings)
				.allMatch((finding) -> finding.detail().contains("tiers 'api' and 'ai'")));
	}

	@ParameterizedTest
	@CsvSource({ "api-key,,1,1", "bearer,,1,1", "session,,1,1", "header:x-tenant,,0,1", "api-key,ip,1,0", "client,,0,0",
			"user,,0,0", "ip,,0,0" })
	void keysThatACallerCanInventAreTold(String key, String gate, int unkeyed, int invented) {
		WebApplicationContextRunner keyed = this.runner.withPropertyValues("ratelimit.tiers.reports.rate=1/s",
				"ratelimit.tiers.reports.key=" + key, "ratelimit.tiers.gate.rate=9/s", "ratelimit.tiers.gate.key=ip",
				(gate != null) ? "ratelimit.tiers.reports.gate=gate" : "a=b");
		keyed.run((context) -> {
			assertThat(found(context, Check.UNKEYED_HASHES)).hasSize(unkeyed);
			assertThat(found(context, Check.INVENTED_KEYS)).hasSize(invented);
		});
		keyed.withPropertyValues("ratelimit.keys.secret=0123456789abcdef0123456789abcdef")
			.run((context) -> assertThat(found(context, Check.UNKEYED_HASHES)).isEmpty());
	}

	@ParameterizedTest
	@CsvSource({ "auth,user,,1", "auth,bearer:sub,,1", "auth,client,,0", "auth,ip,,0", "auth,user,false,0",
			"api,user,,0", "api,user,true,2", "api,ip,true,1" })
	void routeBeforeAuthenticationThatAsksWhoIsAuthenticatedIsTold(String tier, String key, @Nullable String before,
			int findings) {
		this.runner
			.withPropertyValues("ratelimit.routes[0].tier=" + tier, "ratelimit.routes[0].paths=/login",
					"ratelimit.tiers." + tier + ".key=" + key,
					(before != null) ? "ratelimit.routes[0].before-authentication=" + before : "a=b")
			.run((context) -> assertThat(found(context, Check.EARLY_ROUTE)).hasSize(findings)
				.allMatch((finding) -> finding.detail().startsWith("Route '/login' is decided before authentication")));
	}

	@ParameterizedTest
	@CsvSource({ "trusted-proxies=loopback,,1", "hops=1,,1", "trusted-proxies=loopback,forwarded,0",
			"hops=1,x-forwarded-for,0", "ipv4-prefix=24,,0" })
	void proxiesWhoseHeaderIsNotNamedAreTold(String trust, @Nullable String header, int findings) {
		this.runner
			.withPropertyValues("ratelimit.client-address." + trust,
					(header != null) ? "ratelimit.client-address.header=" + header : "a=b")
			.run((context) -> assertThat(found(context, Check.UNNAMED_FORWARDING)).hasSize(findings));
	}

	@ParameterizedTest
	@CsvSource({ "rate=20/d,0", "algorithm=fixed-window,1", "limits[0].name=day,1" })
	void plansThatHaveNoCountInCommonAreTold(String premium, int findings) {
		String plan = "ratelimit.tiers.reports.plans.premium.";
		this.runner
			.withPropertyValues("ratelimit.tiers.reports.rate=10/d",
					plan + ((premium.startsWith("limits")) ? "limits[0].rate=20/d" : "rate=20/d"), plan + premium)
			.run((context) -> assertThat(found(context, Check.PLANS_COUNT_APART)).hasSize(findings)
				.allMatch((finding) -> finding.detail().contains("'default' and 'premium' of tier 'reports'")));
	}

	@ParameterizedTest
	@CsvSource({ "goldd,Did you mean 'gold'?", "other,has those of 'authenticated' or 'anonymous'.", "gold,",
			"authenticated,", "ruled," })
	void planThatNoTierHasIsTold(String plan, @Nullable String told) {
		this.runner
			.withPropertyValues("ratelimit.tiers.reports.rate=1/s", "ratelimit.tiers.reports.plans.gold.rate=9/s",
					"ratelimit.rules.configured[0].plan=ruled", "ratelimit.rules.configured[0].rate=5/s",
					"ratelimit.plans[0].role=USER", "ratelimit.plans[0].plan=" + plan, "ratelimit.plans[1].claim=plan")
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PLAN)).hasSize((told != null) ? 1 : 0)
				.allMatch((finding) -> finding.detail()
					.startsWith("Plan '" + plan + "' of 'ratelimit.plans[0]' has no limit in any tier")
						&& finding.detail().endsWith(String.valueOf(told))));
	}

	@Test
	void planThatRulesKeptElsewhereMayLimitIsNotTold() {
		this.runner.withPropertyValues("ratelimit.plans[0].role=USER", "ratelimit.plans[0].plan=goldd")
			.withBean(RuleRepository.class, () -> mock(RuleRepository.class))
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PLAN)).isEmpty());
	}

	@Test
	void planThatRulesInADatabaseMayLimitIsNotTold() throws SQLException {
		DataSource down = mock(DataSource.class);
		given(down.getConnection()).willThrow(new SQLException("down"));
		this.runner.withConfiguration(AutoConfigurations.of(RateLimitRulesAutoConfiguration.class))
			.withPropertyValues("ratelimit.plans[0].role=USER", "ratelimit.plans[0].plan=goldd",
					"ratelimit.rules.jdbc.enabled=true")
			.withBean(DataSource.class, () -> down)
			.run((context) -> {
				assertThat(context).hasSingleBean(RuleRepository.class);
				assertThat(found(context, Check.UNKNOWN_PLAN)).isEmpty();
			});
	}

	@Test
	void gateThatHoldsNobodyDoesNotCount() {
		this.runner
			.withPropertyValues("ratelimit.tiers.reports.rate=1/s", "ratelimit.tiers.reports.key=api-key",
					"ratelimit.tiers.reports.gate=gate", "ratelimit.tiers.gate.rate=9/s",
					"ratelimit.tiers.gate.key=header:X-Any")
			.run((context) -> assertThat(found(context, Check.INVENTED_KEYS)).hasSize(2));
	}

	@Test
	void openTierOfARouteBeforeAuthenticationIsTold() {
		this.runner
			.withPropertyValues("ratelimit.tiers.login.rate=1/s", "ratelimit.tiers.login.failure-mode=open",
					"ratelimit.routes[0].tier=login", "ratelimit.routes[0].paths=/login",
					"ratelimit.routes[0].before-authentication=true")
			.run((context) -> assertThat(found(context, Check.OPEN_LOGIN)).hasSize(1));
	}

	@Test
	void longWindowInMemoryIsNotTold() {
		this.runner.withPropertyValues("ratelimit.tiers.reports.rate=100/w")
			.run((context) -> assertThat(found(context, Check.FORGOTTEN_WINDOW)).isEmpty());
	}

	@ParameterizedTest
	@CsvSource({ "100/h,allkeys-lru,1", "100/30m,allkeys-lru,0", "100/d,noeviction,0" })
	void longWindowInARedisThatEvictsIsTold(String rate, String policy, int findings) {
		try (RedisProcess redis = RedisServers.dedicated(); PlainRedis operator = PlainRedis.of(redis.port())) {
			operator.text("CONFIG", "SET", "maxmemory", "100mb");
			operator.text("CONFIG", "SET", "maxmemory-policy", policy);
			this.runner.withPropertyValues("ratelimit.redis.url=redis://localhost:" + redis.port(),
					"ratelimit.redis.connect-timeout=" + Duration.ofSeconds(5), "ratelimit.tiers.reports.rate=" + rate)
				.run((context) -> assertThat(found(context, Check.FORGOTTEN_WINDOW)).hasSize(findings)
					.allMatch((finding) -> finding.detail().contains("is counted in a Redis that evicts keys")));
		}
	}

	@ParameterizedTest
	@CsvSource({ "ratelimit.tiers.auth.failure-mode,open,1", "ratelimit.tiers.auth.failure-mode,closed,0",
			"ratelimit.tiers.api.failure-mode,open,0", "ratelimit.failure-mode,open,0" })
	void openLoginsAreTold(String property, String mode, int findings) {
		this.runner.withPropertyValues(property + "=" + mode)
			.run((context) -> assertThat(found(context, Check.OPEN_LOGIN)).hasSize(findings));
	}

	@Test
	void openLoginsOfARouteAreTold() {
		this.runner
			.withPropertyValues("ratelimit.failure-mode=open", "ratelimit.routes[0].tier=auth",
					"ratelimit.routes[0].paths=/login")
			.run((context) -> assertThat(found(context, Check.OPEN_LOGIN)).hasSize(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ' ', nullValues = "-",
			value = { "ratelimit.failure-moed ratelimit.failure-mode", "ratelimit.failuremoed ratelimit.failure-mode",
					"ratelimit.tiers.api.brust ratelimit.tiers.api.burst",
					"ratelimit.tiers.api.plans.pro.limits[0].nam ratelimit.tiers.api.plans.pro.limits[0].name",
					"ratelimit.routes[0].path ratelimit.routes[0].paths", "ratelimit.redis.uri ratelimit.redis.url",
					"ratelimit.quite-other -", "ratelimit.redis.url.host -" })
	void propertyThatNobodyReadsIsToldWithoutItsValue(String property, String meant) {
		this.runner
			.withPropertyValues("ratelimit.routes[0].tier=api", "ratelimit.routes[0].paths=/a",
					"ratelimit.tiers.api.rate=1/s", "ratelimit.tiers.api.plans.pro.limits[0].rate=1/s",
					property + "=s3cr3t")
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PROPERTY)).singleElement()
				.asString()
				.contains("Property '" + property + "'")
				.contains("is not read by anybody.")
				.contains((meant != null) ? "Did you mean '" + meant + "'?" : "anybody. Correct")
				.doesNotContain("s3cr3t"));
	}

	@ParameterizedTest
	@CsvSource({ "ratelimiter.enabled,ratelimit.enabled",
			"rate-limiter.tiers.ai.plans.x.rate,ratelimit.tiers.ai.plans.x.rate",
			"ratelimits.routes[0].paths[1],ratelimit.routes[0].paths[1]",
			"rate_limiter.failure-mode,ratelimit.failure-mode" })
	void propertyUnderAnotherNameOfTheLimiterIsTold(String property, String meant) {
		this.runner.withPropertyValues(property + "=s3cr3t")
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PROPERTY)).singleElement()
				.asString()
				.contains("is not read by the limiter. Did you mean '" + meant + "'?")
				.doesNotContain("s3cr3t"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ratelimiter.mine=1", "ratelimiter=1", "management.health.ratelimiter.enabled=true",
			"resilience4j.ratelimiter.enabled=true", "rate-limiter.owned.enabled=true" })
	void propertyThatIsLikelyOfOthersIsNotTold(String property) {
		this.runner.withPropertyValues(property).run(finds());
	}

	@Test
	void propertyThatTheApplicationBindsIsNotTold() {
		this.runner.withPropertyValues("ratelimiter.enabled=false")
			.withUserConfiguration(OwnConfiguration.class)
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PROPERTY)).isEmpty());
	}

	@Test
	void propertiesInAnySpellingAreRead() {
		this.runner
			.withPropertyValues("ratelimit.failureMode=local", "rate-limit.redis.connect_timeout=1s",
					"ratelimit.tiers[my.tier].rate=1/s", "ratelimit.tiers.api.plans.x.limits[0].rate=1/s",
					"ratelimit.tiers.api.rate=1/s", "ratelimit.routes[0].tier[0]=api",
					"ratelimit.routes[0].paths[0]=/a", "ratelimit.routes[0].methods=GET", "ratelimit.checks.rl005=off",
					"ratelimit.circuit-breaker.wait=10s", "ratelimit.response.headers[0]=none")
			.run(finds());
	}

	@ParameterizedTest
	@CsvSource({ "RATELIMIT_FAILURE_MOED,1", "RATELIMIT_REDIS_URI,1", "RATELIMIT_FAILURE_MODE,0",
			"RATELIMIT_FAILUREMODE,0", "RATELIMIT_SERVICE_HOST,0", "RATELIMIT_PORT_8080_TCP,0",
			"RATELIMIT_TIERS_API_RATE,0", "RATELIMIT_RESPONSE_HEADERS_0,0", "RATELIMIT_TEST_REDIS,0" })
	void variableIsToldWhereItIsCertain(String variable, int findings) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("UNRELATED", "x", variable, value(variable)))))
			.run((context) -> assertThat(found(context, Check.UNKNOWN_PROPERTY)).hasSize(findings));
	}

	private static String value(String variable) {
		return (variable.endsWith("RATE")) ? "1/s" : (variable.contains("HEADERS")) ? "none" : "local";
	}

	@ParameterizedTest
	@CsvSource({ "rl002,warn,WARN", "RL002,info,INFO", "Rl002,WARN,WARN" })
	void severityCanBeSet(String code, String set, Severity severity) {
		this.runner
			.withPropertyValues("ratelimit.client-address.trusted-proxies=::/0", "ratelimit.checks." + code + "=" + set)
			.run((context) -> assertThat(found(context, Check.EVERYBODY_TRUSTED)).singleElement()
				.extracting(Finding::severity)
				.isEqualTo(severity));
	}

	@ParameterizedTest
	@ValueSource(strings = { "off", "false" })
	void checkCanBeSwitchedOff(String off) {
		this.runner.withPropertyValues("ratelimit.client-address.trusted-proxies=::/0", "ratelimit.checks.rl002=" + off)
			.run((context) -> assertThat(found(context, Check.EVERYBODY_TRUSTED)).isEmpty());
	}

	@Test
	void codeThatIsNoneStopsTheStart() {
		this.runner.withPropertyValues("ratelimit.checks.rl999=off")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessageContaining("there is no check with the code 'rl999'"));
	}

	@Test
	void findingsThatAreErrorsWhenTheApplicationIsReadyStopIt() {
		this.runner.withPropertyValues("ratelimit.tiers.reports.rate=1/s", "ratelimit.checks.rl005=error")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatExceptionOfType(FailedChecksException.class).isThrownBy(() -> ready(context));
			});
	}

	private static void ready(AssertableWebApplicationContext context) {
		ConfigurableApplicationContext source = (ConfigurableApplicationContext) context.getSourceApplicationContext();
		source.publishEvent(
				new ApplicationReadyEvent(new SpringApplication(), new String[0], source, Duration.ofSeconds(1)));
	}

	private static ContextConsumer<AssertableWebApplicationContext> finds() {
		return (context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Findings.class).all()).isEmpty();
		};
	}

	private static List<Finding> found(AssertableWebApplicationContext context, Check check) {
		return context.getBean(Findings.class).all().stream().filter((finding) -> finding.check() == check).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(OwnProperties.class)
	static class OwnConfiguration {

	}

	@ConfigurationProperties("ratelimiter")
	static class OwnProperties {

		private boolean enabled;

		boolean isEnabled() {
			return this.enabled;
		}

		void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	static class Service {

		@RateLimited("api")
		void serve() {
		}

	}

}

package io.github.ratelimit.autoconfigure.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.Reservation;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.SharedStore;
import io.github.ratelimit.store.redis.RedisRules;
import io.github.ratelimit.testsupport.Documents;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisProgram;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Holds the rights of a user in {@code docs/redis.md} to what the limiter needs: all of
 * them, and no more.
 */
class DocumentedAclTests {

	private static final String ADMINISTRATOR = "administrator-secret";

	/**
	 * What is tried, and done without where it may not be.
	 */
	private static final Set<String> OPTIONAL = Set.of("info", "client", "client|setinfo", "client|setname",
			"subscribe", "publish");

	private static final Pattern REFUSED = Pattern.compile("reason, command, .*?object, ([^,]+),");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("ratelimit.application=acl", "ratelimit.redis.timeout=10s",
				"ratelimit.redis.connect-timeout=10s", "spring.data.redis.username=limiter",
				"spring.data.redis.password=secret", "REDIS_URL=", "MEMORYSTORE_ENABLED=");

	@ParameterizedTest
	@EnumSource
	void userMayDoAllThatIsNeeded(RedisProgram program) {
		try (RedisProcess server = program.start("--requirepass", ADMINISTRATOR)) {
			setUser(server, rights());
			assertThat(use(server)).isEmpty();
			assertThat(refused(server)).isSubsetOf(OPTIONAL);
		}
	}

	@ParameterizedTest
	@EnumSource
	void userMayDoNothingThatIsNotNeeded(RedisProgram program) {
		try (RedisProcess server = program.start("--requirepass", ADMINISTRATOR)) {
			assertThat(rights()).filteredOn((right) -> right.startsWith("+")).isNotEmpty().allSatisfy((right) -> {
				List<String> others = new ArrayList<>(rights());
				others.remove(right);
				forgetScripts(server);
				setUser(server, others);
				use(server);
				assertThat(refused(server)).contains(right.substring(1));
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void versionAndDatabaseNeedTheRightsThatAreTold(RedisProgram program) {
		try (RedisProcess server = program.start("--requirepass", ADMINISTRATOR)) {
			List<String> rights = new ArrayList<>(rights());
			rights.addAll(additions("a database other than 0"));
			rights.addAll(additions("the version of the server"));
			setUser(server, rights);
			assertThat(use(server, "spring.data.redis.database=1")).isEmpty();
			assertThat(refused(server)).isSubsetOf(OPTIONAL).doesNotContain("info");
			setUser(server, rights());
			assertThat(use(server, "spring.data.redis.database=1")).isNotEmpty();
			assertThat(refused(server)).contains("select");
		}
	}

	@ParameterizedTest
	@EnumSource
	void clusterNeedsTheRightsThatAreTold(RedisProgram program) {
		try (RedisProcess server = program.start("--requirepass", ADMINISTRATOR, "--cluster-enabled", "yes")) {
			takeAllSlots(server);
			List<String> rights = new ArrayList<>(rights());
			rights.addAll(additions("a cluster"));
			setUser(server, rights);
			assertThat(use(server, "spring.data.redis.cluster.nodes=127.0.0.1:" + server.port())).isEmpty();
			assertThat(refused(server)).isSubsetOf(OPTIONAL);
			try (PlainRedis redis = PlainRedis.of(server.port())) {
				redis.call("AUTH", "limiter", "secret");
				assertThat(redis.text("ASKING")).isEqualTo("OK");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void rulesNeedTheRightsThatAreTold(RedisProgram program) {
		try (RedisProcess server = program.start("--requirepass", ADMINISTRATOR)) {
			List<String> rights = new ArrayList<>(rights());
			rights.addAll(additions("[rules kept in a database]"));
			setUser(server, rights);
			assertThat(heardOfRules(server)).isTrue();
			assertThat(refused(server)).isSubsetOf(OPTIONAL);
			setUser(server, rights());
			assertThat(heardOfRules(server)).isFalse();
			assertThat(refused(server)).contains("subscribe", "publish");
		}
	}

	private boolean heardOfRules(RedisProcess server) {
		AtomicInteger heard = new AtomicInteger();
		this.runner
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + server.port(),
					"ratelimit.rules.jdbc.enabled=true")
			.run((context) -> {
				RedisRules rules = context.getBean(RedisRules.class);
				rules.keep("copy");
				await().until(() -> "copy".equals(rules.find()));
				rules.prolong();
				CountDownLatch open = new CountDownLatch(1);
				rules.open(() -> {
					heard.incrementAndGet();
					open.countDown();
				});
				open.await(1, TimeUnit.SECONDS);
				int before = heard.get();
				rules.announce();
				await().until(() -> heard.get() > before || refused(server).contains("publish"));
			});
		return heard.get() > 0;
	}

	/**
	 * Do all there is to do, and return what failed.
	 */
	private List<Throwable> use(RedisProcess server, String... properties) {
		List<Throwable> failed = new ArrayList<>();
		this.runner.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + server.port())
			.withPropertyValues(properties)
			.run((context) -> {
				RateLimitStore store = context.getBean(SharedStore.class).store();
				for (Algorithm algorithm : Algorithm.values()) {
					RateLimiter limiter = RateLimiter.of(algorithm.name(), store,
							Limit.of("100/h").withAlgorithm(algorithm));
					attempt(failed, () -> use(limiter));
				}
				attempt(failed, () -> assertThat(store.status().connected()).isTrue());
			});
		return failed;
	}

	private static void use(RateLimiter limiter) {
		for (int i = 0; i < 30; i++) {
			assertThat(limiter.tryAcquire("user:1").allowed()).isTrue();
		}
		Reservation reservation = limiter.reserve("user:1", 10);
		assertThat(reservation.settle(3)).isTrue();
		assertThat(limiter.peek("user:1").remaining()).isEqualTo(67);
		limiter.reset("user:1");
		assertThat(limiter.peek("user:1").remaining()).isEqualTo(100);
	}

	private static void attempt(List<Throwable> failed, Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | AssertionError ex) {
			failed.add(ex);
		}
	}

	/**
	 * Return what stands after the name and the password.
	 */
	private static List<String> rights() {
		String line = Documents.blocks("docs/redis.md", "text").get(0).trim();
		assertThat(line).startsWith("ACL SETUSER limiter on >secret ");
		return Arrays.stream(line.split(" ")).skip(5).toList();
	}

	private static List<String> additions(String purpose) {
		Matcher row = Pattern.compile("\\| `([^`]+)` \\| " + Pattern.quote(purpose))
			.matcher(Documents.read("docs/redis.md"));
		assertThat(row.find()).as(purpose).isTrue();
		return List.of(row.group(1).replace("\\|", "|").split(" "));
	}

	private static void setUser(RedisProcess server, List<String> rights) {
		try (PlainRedis redis = administrator(server)) {
			redis.call("ACL", "DELUSER", "limiter");
			List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "limiter", "on", ">secret"));
			command.addAll(rights);
			redis.call(command.toArray(String[]::new));
			redis.call("ACL", "LOG", "RESET");
		}
	}

	private static void forgetScripts(RedisProcess server) {
		try (PlainRedis redis = administrator(server)) {
			redis.call("SCRIPT", "FLUSH");
		}
	}

	private static Set<String> refused(RedisProcess server) {
		try (PlainRedis redis = administrator(server)) {
			Set<String> refused = new TreeSet<>();
			for (String entry : redis.texts("ACL", "LOG", "100")) {
				Matcher command = REFUSED.matcher(entry);
				assertThat(command.find()).as(entry).isTrue();
				refused.add(command.group(1));
			}
			return refused;
		}
	}

	private static void takeAllSlots(RedisProcess server) {
		try (PlainRedis redis = administrator(server)) {
			List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
			IntStream.range(0, SlotHash.SLOT_COUNT).forEach((slot) -> command.add(Integer.toString(slot)));
			redis.call(command.toArray(String[]::new));
			await().until(() -> redis.text("CLUSTER", "INFO").contains("cluster_state:ok"));
		}
	}

	private static PlainRedis administrator(RedisProcess server) {
		PlainRedis redis = PlainRedis.of(server.port());
		redis.call("AUTH", ADMINISTRATOR);
		return redis;
	}

}

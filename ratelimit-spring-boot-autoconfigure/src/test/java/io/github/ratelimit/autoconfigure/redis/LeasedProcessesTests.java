package io.github.ratelimit.autoconfigure.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.redis.AdmittedUnits.Admission;
import io.github.ratelimit.lease.LeaseTerms;
import io.github.ratelimit.testsupport.Pause;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that processes which lease the same limits from one Redis never admit more than
 * these allow, when one of them stands still for longer than its leases last and another
 * is killed while it holds units.
 */
class LeasedProcessesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int PROCESSES = 4;

	private static final Duration LONGEST_LEASE = Duration.ofSeconds(10);

	private static final long STEADY_MICROS = 3_000;

	private static final long FLOOD_MICROS = 200;

	private static final String BUCKET = "token-bucket";

	/**
	 * Tiers that count what was ever charged, and so what was lost. Several, since of one
	 * a process may have used up just what it drew when it is killed.
	 */
	private static final List<String> COUNTING = List.of("all-1", "all-2", "all-3", "all-4");

	private static final Map<String, Limit> LIMITS = limits();

	// Longer than the leases of all limits but the one that counts
	private static final Duration FROZEN = Duration.ofSeconds(1);

	private final List<LeasingProcess> processes = new ArrayList<>();

	private RedisProcess server;

	private static Map<String, Limit> limits() {
		Map<String, Limit> limits = Stream.of(Algorithm.values())
			.collect(Collectors.toMap((algorithm) -> algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-'),
					(algorithm) -> Limit.of("2000/2s").withAlgorithm(algorithm).withMode(LimitMode.LEASED)));
		Limit many = Limit.of("1000000/300d").withAlgorithm(Algorithm.FIXED_WINDOW).withMode(LimitMode.LEASED);
		COUNTING.forEach((tier) -> limits.put(tier, many));
		return limits;
	}

	@BeforeEach
	void start(@TempDir Path directory) {
		this.server = RedisServers.dedicated();
		List<String> tiers = List.copyOf(LIMITS.keySet());
		IntStream.range(0, PROCESSES)
			.forEach((i) -> this.processes.add(LeasingProcess.start(directory, i, tiers, arguments())));
		await().atMost(TIMEOUT).until(() -> this.processes.stream().allMatch(LeasingProcess::isReady));
	}

	@AfterEach
	void stop() {
		this.processes.forEach(LeasingProcess::close);
		this.server.close();
	}

	@Test
	void admitTogetherNoMoreThanTheLimitsAllowWhenOneStandsStillAndOneIsKilled() {
		this.processes.forEach((process) -> process.ask(STEADY_MICROS));
		this.processes.forEach((process) -> awaitLeased(process, 50));
		LeasingProcess frozen = this.processes.get(0);
		frozen.freeze();
		Pause.of(FROZEN);
		frozen.resume();
		awaitLeased(frozen, leased(frozen) + 50);
		LeasingProcess killed = this.processes.get(1);
		killed.kill();
		List<LeasingProcess> left = new ArrayList<>(this.processes);
		left.remove(killed);
		int before = admitted(BUCKET).size();
		left.forEach((process) -> process.ask(FLOOD_MICROS));
		await().atMost(TIMEOUT).until(() -> admitted(BUCKET).size() > before + 4_000);
		left.forEach(LeasingProcess::end);
		assertThat(LIMITS).allSatisfy((tier, limit) -> assertThatNoMoreIsAdmitted(limit, admitted(tier)));
		assertThatWhatWasHeldIsChargedAndTheLimitsAreWholeAgain();
	}

	/**
	 * Assert that the limit is kept, and that no unit is used later than a lease lasts.
	 */
	private static void assertThatNoMoreIsAdmitted(Limit limit, List<Admission> admitted) {
		assertThat(new AdmittedUnits(admitted).beyond(limit)).isZero();
		long leaseMicros = TimeUnit.MILLISECONDS.toMicros(LeaseTerms.of(limit, LONGEST_LEASE).duration().toMillis());
		assertThat(admitted).allMatch((unit) -> unit.heldMicros() < leaseMicros);
	}

	private void assertThatWhatWasHeldIsChargedAndTheLimitsAreWholeAgain() {
		try (ConfigurableApplicationContext instance = LeasingApplication.start(arguments())) {
			RateLimiterRegistry limiters = instance.getBean(RateLimiterRegistry.class);
			assertThat(COUNTING.stream().map((tier) -> lost(limiters, tier))).allMatch((units) -> units >= 0)
				.anyMatch((units) -> units > 0);
			await().atMost(TIMEOUT)
				.until(() -> LIMITS.keySet()
					.stream()
					.filter((tier) -> !COUNTING.contains(tier))
					.allMatch((tier) -> limiters.get(tier).peek("user").resetAfter().isZero()));
		}
	}

	/**
	 * Return how many units were charged that nobody got.
	 */
	private long lost(RateLimiterRegistry limiters, String tier) {
		long charged = LIMITS.get(tier).burst() - limiters.get(tier).peek("user").remaining();
		return charged - admitted(tier).size();
	}

	private static void awaitLeased(LeasingProcess process, long units) {
		await().atMost(TIMEOUT).until(() -> leased(process) > units);
	}

	private static long leased(LeasingProcess process) {
		return process.admitted()
			.stream()
			.filter((line) -> line.startsWith(BUCKET + " ") && Admission.of(line).leased())
			.count();
	}

	private List<Admission> admitted(String tier) {
		return this.processes.stream()
			.flatMap((process) -> process.admitted().stream())
			.filter((line) -> line.startsWith(tier + " "))
			.map(Admission::of)
			.toList();
	}

	private List<String> arguments() {
		Stream<String> tiers = LIMITS.entrySet()
			.stream()
			.flatMap((tier) -> Stream
				.of("rate=" + tier.getValue().rate(), "algorithm=" + tier.getValue().algorithm(), "mode=leased")
				.map((setting) -> "--ratelimit.tiers." + tier.getKey() + "." + setting));
		return Stream.concat(
				Stream.of("--spring.main.banner-mode=off", "--ratelimit.application=leased",
						"--ratelimit.redis.url=" + this.server.uri(), "--ratelimit.redis.timeout=30s",
						"--ratelimit.redis.connect-timeout=30s", "--ratelimit.redis.leases.duration=" + LONGEST_LEASE),
				tiers)
			.toList();
	}

}

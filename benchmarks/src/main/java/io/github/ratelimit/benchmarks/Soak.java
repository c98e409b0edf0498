package io.github.ratelimit.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.testsupport.FaultyRedis;
import io.github.ratelimit.testsupport.Pause;
import io.github.ratelimit.testsupport.RedisFault;
import io.github.ratelimit.testsupport.SchedulingNoise;
import io.github.ratelimit.testsupport.SteadyCallers;
import io.github.ratelimit.testsupport.SteadyCallers.Answer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Lets one fault of Redis after the other happen to an instance under load, for minutes,
 * and prints what callers got and what the instance holds: threads, connections, heap.
 */
public final class Soak {

	private static final int DEFAULT_MINUTES = 10;

	private static final int CALLERS = 8;

	private static final int DECISIONS_PER_SECOND = 1000;

	private static final int KEYS = 1000;

	/**
	 * A limit that is reached, and one that never is.
	 */
	private static final String LIMITED = "limited";

	private static final String COUNTED = "counted";

	private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(30);

	private static final Duration REPETITION = Duration.ofMillis(100);

	private final Random random;

	private final FaultyRedis redis;

	private final ConfigurableApplicationContext context;

	private final LongAdder byRedis = new LongAdder();

	private final LongAdder byFailureMode = new LongAdder();

	private final LongAdder errors = new LongAdder();

	private final LongAdder unexpectedRefusals = new LongAdder();

	private final AtomicLong worstNanos = new AtomicLong();

	private final Map<RedisFault, Integer> faults = new EnumMap<>(RedisFault.class);

	private final List<Sample> samples = new ArrayList<>();

	private Soak(Random random, FaultyRedis redis, ConfigurableApplicationContext context) {
		this.random = random;
		this.redis = redis;
		this.context = context;
	}

	/**
	 * Print the table.
	 * @param args how many minutes, 10 unless said otherwise, and what the faults are
	 * drawn by, to repeat them
	 */
	public static void main(String[] args) {
		int minutes = (args.length > 0) ? Integer.parseInt(args[0]) : DEFAULT_MINUTES;
		long seed = (args.length > 1) ? Long.parseLong(args[1]) : new Random().nextInt(1_000_000);
		Report report = new Report();
		Soak soak;
		try (FaultyRedis redis = new FaultyRedis(); ConfigurableApplicationContext context = start(redis)) {
			soak = new Soak(new Random(seed), redis, context);
			soak.run(minutes);
			report
				.print("""
						%d minutes, %s decisions a second asked for by %d callers of %s keys, faults drawn by %d: %s. \
						After them, %s.""".formatted(minutes, Report.number(DECISIONS_PER_SECOND), CALLERS,
						Report.number(KEYS), seed, soak.faults(), soak.whatIsLeft()))
				.print(soak.table());
		}
		report.print("Threads of the limiter once the application is closed: %d.".formatted(limiterThreads()));
		soak.verify();
	}

	private static ConfigurableApplicationContext start(FaultyRedis redis) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--logging.config=classpath:logback.xml",
					"--ratelimit.application=soak", "--ratelimit.redis.url=" + redis.uriWithPassword(),
					"--ratelimit.circuit-breaker.wait=1s", "--ratelimit.tiers.limited.rate=1/s",
					"--ratelimit.tiers.limited.burst=2", "--ratelimit.tiers.counted.rate=1/d",
					"--ratelimit.tiers.counted.burst=100000000");
	}

	private void run(int minutes) {
		List<String> keys = IntStream.range(0, KEYS).mapToObj((i) -> "user:" + i).toList();
		try (SteadyCallers callers = SteadyCallers.start(this.context.getBean(RateLimiterRegistry.class), CALLERS,
				DECISIONS_PER_SECOND, List.of(LIMITED, COUNTED), keys, this::count);
				SchedulingNoise noise = new SchedulingNoise()) {
			// What each fault needs once, classes and buffers, is not what leaks
			faultsOfASoak().forEach(this::happen);
			sample(noise.worst());
			for (int minute = 0; minute < minutes; minute++) {
				long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
				while (System.nanoTime() < end) {
					List<RedisFault> choice = List.copyOf(faultsOfASoak());
					happen(choice.get(this.random.nextInt(choice.size())));
					callers.goOn(Duration.ofMillis(1000 + this.random.nextInt(4000)));
				}
				sample(noise.worst());
			}
		}
	}

	/**
	 * All but the one that needs a client without a password.
	 */
	private static Set<RedisFault> faultsOfASoak() {
		return EnumSet.complementOf(EnumSet.of(RedisFault.PASSWORD_DEMANDED));
	}

	private void happen(RedisFault fault) {
		this.faults.merge(fault, 1, Integer::sum);
		fault.prepare(this.redis);
		fault.begin(this.redis);
		long end = System.nanoTime() + Duration.ofMillis(200 + this.random.nextInt(2000)).toNanos();
		while (System.nanoTime() < end) {
			Pause.of(REPETITION);
			fault.again(this.redis);
		}
		fault.end(this.redis);
		awaitRecovery(fault);
	}

	private void awaitRecovery(RedisFault fault) {
		FailureModeRateLimitStore store = java.util.Objects
			.requireNonNull(this.context.getBean(GuardedStore.class).store());
		long end = System.nanoTime() + LONGEST_RECOVERY.toNanos();
		while (store.circuitBreaker().state() != CircuitBreakerStatus.State.CLOSED) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException(
						"Redis is well after '" + fault + "', and not used again: " + store.status());
			}
			Pause.of(REPETITION);
		}
	}

	private void count(Answer answer) {
		this.worstNanos.accumulateAndGet(answer.latency().toNanos(), Math::max);
		RateLimitDecision decision = answer.decision();
		if (decision == null || decision.outcome() == Outcome.UNAVAILABLE) {
			this.errors.increment();
			return;
		}
		((decision.source() == DecisionSource.REDIS) ? this.byRedis : this.byFailureMode).increment();
		if (answer.tier().equals(COUNTED) && !decision.allowed()) {
			this.unexpectedRefusals.increment();
		}
	}

	private void sample(Duration noise) {
		Duration worst = Duration.ofNanos(this.worstNanos.getAndSet(0));
		System.gc();
		this.samples.add(new Sample(this.byRedis.sum(), this.byFailureMode.sum(), this.errors.sum(),
				this.unexpectedRefusals.sum(), worst, noise, ManagementFactory.getThreadMXBean().getThreadCount(),
				this.redis.admin().otherConnections(),
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()));
	}

	private String faults() {
		return String.join(", ",
				this.faults.entrySet().stream().map((fault) -> fault.getValue() + " x " + fault.getKey()).toList());
	}

	private String whatIsLeft() {
		Sample first = this.samples.get(0);
		Sample last = this.samples.get(this.samples.size() - 1);
		return "%+d threads, %+d connections, %+.1f MB of heap".formatted(last.threads() - first.threads(),
				last.connections() - first.connections(), (last.heap() - first.heap()) / 1e6);
	}

	private MarkdownTable table() {
		MarkdownTable table = new MarkdownTable("minute", "decisions", "by Redis", "by the failure mode", "errors",
				"unexpected refusals", "worst, ms", "noise, ms", "threads", "connections", "heap, MB");
		for (int i = 0; i < this.samples.size(); i++) {
			this.samples.get(i).addTo(table, i);
		}
		return table;
	}

	private void verify() {
		if (this.errors.sum() + this.unexpectedRefusals.sum() + limiterThreads() > 0) {
			throw new IllegalStateException("There were errors, refusals that should not be, or threads are left");
		}
	}

	private static long limiterThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("ratelimit-") || thread.getName().startsWith("lettuce-"))
			.count();
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Application {

	}

	/**
	 * What there is at a time when Redis works.
	 */
	private record Sample(long byRedis, long byFailureMode, long errors, long unexpectedRefusals, Duration worst,
			Duration noise, int threads, long connections, long heap) {

		private void addTo(MarkdownTable table, int minute) {
			table.row(Integer.toString(minute), Report.number(this.byRedis + this.byFailureMode + this.errors),
					Report.number(this.byRedis), Report.number(this.byFailureMode), Report.number(this.errors),
					Report.number(this.unexpectedRefusals), Report.number(this.worst.toMillis()),
					Report.number(this.noise.toMillis()), Integer.toString(this.threads),
					Long.toString(this.connections), Report.decimal(this.heap / 1e6));
		}

	}

}

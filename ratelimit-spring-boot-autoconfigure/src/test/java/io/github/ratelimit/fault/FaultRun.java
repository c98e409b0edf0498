package io.github.ratelimit.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.testsupport.FaultyRedis;
import io.github.ratelimit.testsupport.Pause;
import io.github.ratelimit.testsupport.RedisFault;
import io.github.ratelimit.testsupport.SchedulingNoise;
import io.github.ratelimit.testsupport.SteadyCallers;
import io.github.ratelimit.testsupport.SteadyCallers.Answer;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance under a steady load whose Redis works, fails, and works again.
 */
final class FaultRun {

	static final int CALLERS = 4;

	static final int DECISIONS_PER_SECOND = 300;

	private static final Duration BEFORE = Duration.ofMillis(400);

	private static final Duration DURING = Duration.ofMillis(1500);

	private static final Duration AFTER = Duration.ofMillis(500);

	private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(15);

	private static final Duration TICK = Duration.ofMillis(1);

	private static final Duration REPETITION = Duration.ofMillis(100);

	private static final List<String> TIERS = List.of(LimitedInstance.LIMITED, LimitedInstance.COUNTED);

	private static final List<String> KEYS = List.of("user:1", "user:2", "user:3");

	private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

	private final RedisFault fault;

	private final FailureMode failureMode;

	private final FaultyRedis redis;

	private final LimitedInstance instance;

	private final LogLines log;

	private long beganNanos;

	private long endedNanos;

	private @Nullable Long openNanos;

	private @Nullable Long closedNanos;

	private long callsWhileOpen;

	private long connections;

	private FaultRun(RedisFault fault, FailureMode failureMode, FaultyRedis redis, LimitedInstance instance,
			LogLines log) {
		this.fault = fault;
		this.failureMode = failureMode;
		this.redis = redis;
		this.instance = instance;
		this.log = log;
	}

	/**
	 * Let a fault happen to an instance of its own.
	 * @param fault the fault
	 * @param failureMode what happens to requests meanwhile
	 * @param properties settings of the instance besides
	 * @return what was seen
	 */
	static FaultReport of(RedisFault fault, FailureMode failureMode, String... properties) {
		try (FaultyRedis redis = new FaultyRedis();
				LogLines log = new LogLines();
				LimitedInstance instance = new LimitedInstance(fault.uri(redis), failureMode, properties)) {
			return new FaultRun(fault, failureMode, redis, instance, log).run();
		}
	}

	private FaultReport run() {
		assertThat(awaitThat(this::isRedisAnswering)).isTrue();
		this.fault.prepare(this.redis);
		Duration noise;
		try (SteadyCallers callers = SteadyCallers.start(this.instance.limiters(), CALLERS, DECISIONS_PER_SECOND, TIERS,
				KEYS, this.answers::add)) {
			callers.goOn(BEFORE);
			try (SchedulingNoise heard = new SchedulingNoise()) {
				fail();
				recover();
				callers.goOn(AFTER);
				noise = heard.worst();
			}
		}
		return new FaultReport(this.fault, this.failureMode, List.copyOf(this.answers), this.beganNanos,
				this.endedNanos, this.openNanos, this.closedNanos, this.callsWhileOpen, this.connections,
				countedInRedis(), this.instance.storeErrors(), this.log.own(), this.log.clients(), noise);
	}

	private void fail() {
		this.beganNanos = System.nanoTime();
		this.fault.begin(this.redis);
		long end = System.nanoTime() + DURING.toNanos();
		long repetition = System.nanoTime() + REPETITION.toNanos();
		long callsAtOpening = 0;
		long connectionsBefore = this.redis.proxy().accepted();
		while (System.nanoTime() < end) {
			Pause.of(TICK);
			if (this.openNanos == null && !this.instance.isClosed()) {
				this.openNanos = System.nanoTime();
				callsAtOpening = this.redis.proxy().scriptCalls();
			}
			if (System.nanoTime() > repetition) {
				this.fault.again(this.redis);
				repetition += REPETITION.toNanos();
			}
		}
		this.callsWhileOpen = this.redis.proxy().scriptCalls() - callsAtOpening;
		this.connections = this.redis.proxy().accepted() - connectionsBefore;
		this.fault.end(this.redis);
		this.endedNanos = System.nanoTime();
	}

	private void recover() {
		if (awaitThat(this.instance::isClosed) && awaitThat(this::isRedisAnswering)) {
			this.closedNanos = System.nanoTime();
		}
	}

	private static boolean awaitThat(BooleanSupplier condition) {
		long end = System.nanoTime() + LONGEST_RECOVERY.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				return false;
			}
			Pause.of(TICK);
		}
		return true;
	}

	/**
	 * Ask without a charge, and not as one of the callers.
	 */
	private boolean isRedisAnswering() {
		return this.instance.limiters().get(LimitedInstance.COUNTED).peek("nobody").source() == DecisionSource.REDIS;
	}

	private long countedInRedis() {
		long counted = 0;
		for (String key : KEYS) {
			RateLimitDecision decision = this.instance.limiters().get(LimitedInstance.COUNTED).peek(key);
			assertThat(decision.source()).isEqualTo(DecisionSource.REDIS);
			counted += LimitedInstance.COUNT.burst() - decision.remaining();
		}
		return counted;
	}

	/**
	 * Return when an answer charged something, if it did: by the clock of the store, or
	 * where that does not tell, when the caller had it.
	 */
	static Instant chargedAt(Answer answer, RateLimitDecision decision) {
		Instant charged = decision.chargedAt();
		if (charged != null) {
			return charged;
		}
		return Instant.now().minusNanos(System.nanoTime() - answer.endNanos());
	}

}

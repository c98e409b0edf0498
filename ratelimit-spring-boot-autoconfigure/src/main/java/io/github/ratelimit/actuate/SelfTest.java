package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.actuate.SelfTestDescriptor.SelfTestDecisionDescriptor;
import io.github.ratelimit.observation.Word;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store for as many units as a limit has, and for one more. The limit gives
 * nothing back while this takes, and nobody else knows the key, so each answer is known
 * beforehand. Safe for use by many threads.
 */
final class SelfTest {

	private static final String NAME = "self-test";

	private static final Limit LIMIT = Limit.of("1/h").withBurst(3);

	private final RateLimiter limiter;

	private final LongSupplier nanoTime;

	SelfTest(RateLimitStore store) {
		this(store, System::nanoTime);
	}

	SelfTest(RateLimitStore store, LongSupplier nanoTime) {
		this.limiter = RateLimiter.of(NAME, store, LIMIT);
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	SelfTestDescriptor run() {
		String key = UUID.randomUUID().toString();
		Run run = new Run(key);
		run.acquire();
		run.reset();
		return new SelfTestDescriptor(run.passed, NAME, key, LimitDescriptor.of(LIMIT), run.decisions, run.error);
	}

	/**
	 * One test in progress.
	 */
	private final class Run {

		private final String key;

		private final List<SelfTestDecisionDescriptor> decisions = new ArrayList<>();

		private boolean passed = true;

		private @Nullable String error;

		Run(String key) {
			this.key = key;
		}

		void acquire() {
			try {
				for (long left = LIMIT.burst() - 1; left >= -1; left--) {
					acquire(left >= 0, Math.max(left, 0));
				}
			}
			catch (RuntimeException ex) {
				failed(ex);
			}
		}

		private void acquire(boolean expected, long remaining) {
			long start = SelfTest.this.nanoTime.getAsLong();
			RateLimitDecision decision = SelfTest.this.limiter.tryAcquire(this.key);
			Duration latency = Duration.ofNanos(SelfTest.this.nanoTime.getAsLong() - start);
			LimitStatus status = decision.tightest();
			this.decisions.add(new SelfTestDecisionDescriptor(expected, decision.allowed(),
					(status != null) ? status.remaining() : null, (status != null) ? status.retryAfter() : null,
					Word.of(decision.source()), latency));
			this.passed &= decision.allowed() == expected && decision.remaining() == remaining
					&& decision.source() != DecisionSource.FAILURE_MODE;
		}

		void reset() {
			try {
				SelfTest.this.limiter.reset(this.key);
			}
			catch (RuntimeException ex) {
				failed(ex);
			}
		}

		private void failed(RuntimeException ex) {
			this.passed = false;
			if (this.error == null) {
				this.error = ex.toString();
			}
		}

	}

}

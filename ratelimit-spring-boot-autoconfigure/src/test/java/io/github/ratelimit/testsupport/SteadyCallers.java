package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Callers who ask for decisions at a steady pace, each waiting for its answer as callers
 * do, over all tiers and keys in turn. A caller who was held up leaves out what was due
 * meanwhile.
 */
public final class SteadyCallers implements AutoCloseable {

	private final List<Thread> callers = new ArrayList<>();

	private final RateLimiterRegistry limiters;

	private final List<String> tiers;

	private final List<String> keys;

	private final Consumer<Answer> answers;

	private volatile boolean ended;

	private SteadyCallers(RateLimiterRegistry limiters, List<String> tiers, List<String> keys,
			Consumer<Answer> answers) {
		this.limiters = limiters;
		this.tiers = tiers;
		this.keys = keys;
		this.answers = answers;
	}

	/**
	 * Start to ask.
	 * @param limiters who is asked
	 * @param callers how many ask at the same time
	 * @param perSecond how often they ask together
	 * @param tiers what they ask for
	 * @param keys whose count it is
	 * @param answers told of every answer, by the caller who got it
	 * @return the callers, to be closed
	 */
	public static SteadyCallers start(RateLimiterRegistry limiters, int callers, int perSecond, List<String> tiers,
			List<String> keys, Consumer<Answer> answers) {
		SteadyCallers started = new SteadyCallers(limiters, tiers, keys, answers);
		long interval = Duration.ofSeconds(callers).toNanos() / perSecond;
		long start = System.nanoTime();
		for (int i = 0; i < callers; i++) {
			int caller = i;
			Thread thread = new Thread(() -> started.ask(start + caller * interval / callers, interval, caller),
					"steady-caller-" + caller);
			thread.setDaemon(true);
			thread.start();
			started.callers.add(thread);
		}
		return started;
	}

	private void ask(long first, long interval, int offset) {
		long due = first;
		int turn = offset;
		while (!this.ended) {
			Pause.until(due);
			String tier = this.tiers.get(turn % this.tiers.size());
			String key = this.keys.get(turn / this.tiers.size() % this.keys.size());
			this.answers.accept(ask(tier, key));
			turn++;
			due += Math.max(interval, (System.nanoTime() - due) / interval * interval);
		}
	}

	private Answer ask(String tier, String key) {
		long start = System.nanoTime();
		try {
			RateLimitDecision decision = this.limiters.get(tier).tryAcquire(key);
			return new Answer(tier, key, start, System.nanoTime(), decision, null);
		}
		catch (RuntimeException ex) {
			return new Answer(tier, key, start, System.nanoTime(), null, ex);
		}
	}

	/**
	 * Go on asking, and wait meanwhile.
	 * @param duration how long
	 */
	public void goOn(Duration duration) {
		Pause.of(duration);
	}

	/**
	 * Ask no more, and wait for the last answers.
	 */
	@Override
	public void close() {
		this.ended = true;
		try {
			for (Thread caller : this.callers) {
				caller.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What a caller got.
	 *
	 * @param tier what was asked for
	 * @param key whose count it is
	 * @param startNanos when it was asked
	 * @param endNanos when there was an answer
	 * @param decision the decision
	 * @param error what was thrown instead of a decision
	 */
	public record Answer(String tier, String key, long startNanos, long endNanos, @Nullable RateLimitDecision decision,
			@Nullable RuntimeException error) {

		/**
		 * Return how long the caller waited.
		 * @return the time
		 */
		public Duration latency() {
			return Duration.ofNanos(this.endNanos - this.startNanos);
		}

	}

}

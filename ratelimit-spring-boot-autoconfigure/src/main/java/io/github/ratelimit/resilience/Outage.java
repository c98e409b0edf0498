package io.github.ratelimit.resilience;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Knows since when the shared store is not asked, and logs what happens to it: the first
 * times at once, and what comes in the same minute in one line with how often. Safe for
 * use by many threads.
 */
final class Outage implements StoreCircuitBreaker.Listener {

	private static final Log logger = LogFactory.getLog(FailureModeRateLimitStore.class);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final int OPENINGS_PER_INTERVAL = 5;

	private final Clock clock;

	private final Executor executor;

	private final LongAdder left = new LongAdder();

	private volatile @Nullable Instant since;

	/**
	 * Whether somebody was told that the store is not asked.
	 */
	private boolean told;

	private @Nullable Instant failureLoggedAt;

	private @Nullable Instant toldAt;

	private @Nullable Instant intervalBegan;

	private int openingsLogged;

	private long openings;

	private long failures;

	private long tries;

	/**
	 * Create an outage that is not.
	 * @param clock the time
	 * @param executor where lines are written, in their order: the thread that finds out
	 * must not be held up
	 */
	Outage(Clock clock, Executor executor) {
		this.clock = clock;
		this.executor = executor;
	}

	/**
	 * Return since when the store is not asked, {@code null} if it is.
	 */
	@Nullable Instant since() {
		return this.since;
	}

	/**
	 * A request was left to its failure mode.
	 */
	void left() {
		this.left.increment();
	}

	/**
	 * The store was asked and could not decide.
	 */
	synchronized void failed(Throwable cause) {
		this.failures++;
		Instant now = this.clock.instant();
		if (this.since == null && isOver(this.failureLoggedAt, now)) {
			warn("The shared store could not decide (" + printable(cause.toString())
					+ "); what it cannot decide follows its failure mode" + ((this.failures > 1)
							? ". It could not " + this.failures + " times since the last such line" : ""));
			this.failureLoggedAt = now;
			this.failures = 0;
		}
	}

	@Override
	public synchronized void opened(String reason) {
		Instant now = this.clock.instant();
		this.since = now;
		this.left.reset();
		this.tries = 0;
		this.openings++;
		this.told = false;
		if (isOver(this.intervalBegan, now)) {
			this.intervalBegan = now;
			this.openingsLogged = 0;
		}
		if (this.openingsLogged < OPENINGS_PER_INTERVAL) {
			tellOpening(reason, now);
		}
	}

	private void tellOpening(String reason, Instant now) {
		warn("The circuit breaker is open: " + printable(reason)
				+ ". The shared store is not asked, and rate limits follow their failure mode, until it decides again"
				+ ((this.openings > 1) ? ". It has opened " + this.openings + " times since the last such line" : ""));
		this.told = true;
		this.toldAt = now;
		this.openingsLogged++;
		this.openings = 0;
	}

	@Override
	public synchronized void staysOpen(String reason) {
		this.tries++;
		Instant now = this.clock.instant();
		if (!isOver(this.toldAt, now)) {
			return;
		}
		if (!this.told) {
			tellOpening(reason, now);
			return;
		}
		warn("The circuit breaker is open since " + this.since + ": of " + this.tries + " tries the last has failed ("
				+ printable(reason) + "), and " + this.left.sum() + " requests followed their failure mode");
		this.toldAt = now;
	}

	@Override
	public synchronized void closed() {
		Instant began = this.since;
		this.since = null;
		if (began != null && this.told) {
			String line = "The circuit breaker is closed: the shared store decides again, after "
					+ Duration.between(began, this.clock.instant()) + " in which " + this.left.sum()
					+ " requests followed their failure mode";
			this.executor.execute(() -> logger.info(line));
		}
	}

	private void warn(String line) {
		this.executor.execute(() -> logger.warn(line));
	}

	private static boolean isOver(@Nullable Instant intervalBegan, Instant now) {
		return intervalBegan == null || !now.isBefore(intervalBegan.plus(INTERVAL));
	}

	/**
	 * What a server says is not for the terminal to obey, and may end a sentence or not.
	 */
	private static String printable(String text) {
		return text.replaceAll("\\p{Cntrl}", "?").replaceAll("\\.+$", "");
	}

}

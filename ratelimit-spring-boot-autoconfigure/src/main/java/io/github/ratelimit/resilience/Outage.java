package io.github.ratelimit.resilience;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Knows since when the shared store cannot decide, and logs when that begins and ends.
 * Safe for use by many threads.
 * <p>
 * A store on the verge of its deadline fails and answers in turn, many times a second. An
 * outage that begins within a minute of the last that was logged is logged only if it
 * outlasts that minute, or else counted in the next line.
 */
final class Outage {

	private static final Log logger = LogFactory.getLog(FailureModeRateLimitStore.class);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private final Clock clock;

	private volatile @Nullable Instant since;

	private boolean logged;

	private @Nullable Instant loggedAt;

	private long unlogged;

	Outage(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Return since when the store cannot decide, {@code null} if it can.
	 */
	@Nullable Instant since() {
		return this.since;
	}

	synchronized void failed(Throwable cause) {
		Instant now = this.clock.instant();
		if (this.since == null) {
			this.since = now;
			this.logged = false;
			this.unlogged++;
		}
		if (!this.logged && (this.loggedAt == null || !now.isBefore(this.loggedAt.plus(INTERVAL)))) {
			logger.warn("The shared store cannot decide (" + printable(cause)
					+ "); until it can, rate limits follow their failure mode"
					+ ((this.unlogged > 1) ? ". It has failed and answered again " + (this.unlogged - 1)
							+ " times since the last such line" : ""));
			this.logged = true;
			this.loggedAt = now;
			this.unlogged = 0;
		}
	}

	/**
	 * What a server says is not for the terminal to obey.
	 */
	private static String printable(Throwable cause) {
		return cause.toString().replaceAll("\\p{Cntrl}", "?");
	}

	void succeeded() {
		if (this.since != null) {
			end();
		}
	}

	private synchronized void end() {
		if (this.since != null && this.logged) {
			logger.info("The shared store answers again, after " + Duration.between(this.since, this.clock.instant())
					+ "; rate limits count across instances");
		}
		this.since = null;
	}

}

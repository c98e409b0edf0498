package io.github.ratelimit.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

import io.github.ratelimit.FailureMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Knows since when the service does not answer, and logs when that begins and when it is
 * over: at most once a minute, however often it comes and goes. Safe for use by many
 * threads.
 */
final class ServiceOutage {

	private static final Log logger = LogFactory.getLog(RateLimitServiceClient.class);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final int MAX_REASON = 200;

	private final URI url;

	private final FailureMode failureMode;

	private final InstantSource clock;

	private final LongAdder left = new LongAdder();

	private volatile @Nullable Instant since;

	/**
	 * When the last beginning was logged.
	 */
	private @Nullable Instant toldAt;

	/**
	 * Whether the beginning of this outage was logged, and its end is to be.
	 */
	private boolean told;

	ServiceOutage(URI url, FailureMode failureMode, InstantSource clock) {
		this.url = url;
		this.failureMode = failureMode;
		this.clock = clock;
	}

	/**
	 * A check was left to the failure mode.
	 */
	void left() {
		this.left.increment();
	}

	/**
	 * The service was asked and gave no answer that decides.
	 * @param reason why, a clause
	 */
	synchronized void failed(String reason) {
		Instant now = this.clock.instant();
		if (this.since == null) {
			this.since = now;
			this.left.reset();
			this.told = false;
		}
		this.left.increment();
		if (!this.told && (this.toldAt == null || !now.isBefore(this.toldAt.plus(INTERVAL)))) {
			this.told = true;
			this.toldAt = now;
			logger.warn("The rate limit service at " + this.url + " cannot be asked (" + printable(reason)
					+ "); until it answers, checks follow failure mode '"
					+ this.failureMode.name().toLowerCase(Locale.ROOT) + "'");
		}
	}

	/**
	 * The service answered.
	 */
	void answered() {
		if (this.since != null) {
			end();
		}
	}

	private synchronized void end() {
		Instant began = this.since;
		this.since = null;
		if (began != null && this.told) {
			logger.info("The rate limit service at " + this.url + " answers again, after "
					+ Duration.between(began, this.clock.instant()) + "; checks that followed their failure mode: "
					+ this.left.sum());
		}
	}

	/**
	 * What a server says is not for the terminal to obey, nor to fill the log.
	 */
	private static String printable(String text) {
		String plain = text.replaceAll("\\p{Cntrl}", "?");
		return (plain.length() > MAX_REASON) ? plain.substring(0, MAX_REASON) + "..." : plain;
	}

}

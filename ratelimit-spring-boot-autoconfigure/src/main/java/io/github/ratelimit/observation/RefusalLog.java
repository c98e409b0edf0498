package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.identity.ShownKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Warns of refusals: of each kind, that is tier, plan and outcome, once and then at most
 * once a minute, with how many there were in between. A flood of refused requests is no
 * flood of lines. Safe for use by many threads.
 */
public final class RefusalLog implements RateLimitListener {

	private static final Log logger = LogFactory.getLog(RefusalLog.class);

	private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final Map<String, Map<String, Warnings>> refused = new ConcurrentHashMap<>();

	private final Map<String, Map<String, Warnings>> shadowRefused = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	/**
	 * Create a log.
	 * @param nanoTime the time in nanoseconds from any origin
	 */
	public RefusalLog(LongSupplier nanoTime) {
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	@Override
	public boolean ignores(Outcome outcome) {
		return outcome != Outcome.REFUSED && outcome != Outcome.SHADOW_REFUSED;
	}

	@Override
	public void onDecision(RateLimitEvent event) {
		Outcome outcome = event.decision().outcome();
		if (ignores(outcome)) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		long since = warnings((outcome == Outcome.REFUSED) ? this.refused : this.shadowRefused, event, now).take(now);
		if (since > 0) {
			logger.warn(message(event, since - 1));
		}
	}

	/**
	 * Return the warnings of a kind, found by its parts: a key would be made for each
	 * refused request.
	 */
	private static Warnings warnings(Map<String, Map<String, Warnings>> tiers, RateLimitEvent event, long now) {
		Map<String, Warnings> plans = tiers.get(event.tier());
		Warnings known = (plans != null) ? plans.get(event.plan()) : null;
		return (known != null) ? known : tiers.computeIfAbsent(event.tier(), (tier) -> new ConcurrentHashMap<>())
			.computeIfAbsent(event.plan(), (plan) -> new Warnings(now));
	}

	private static String message(RateLimitEvent event, long others) {
		String verb = (event.decision().outcome() == Outcome.REFUSED) ? " refused " : " would have refused ";
		return "Rate limit '" + event.tier() + "' (plan " + event.plan() + ")" + verb + ShownKey.distinct(event.key())
				+ ": cost " + event.cost() + ", " + event.decision().remaining() + " of " + event.decision().limit()
				+ " left" + limits(event.decision())
				+ ((others > 0) ? "; and " + others + " more since the last such line" : "");
	}

	/**
	 * Return which of several limits refused.
	 */
	private static String limits(RateLimitDecision decision) {
		return (decision.limits().size() > 1) ? " of " + String.join(", ", decision.refusedBy()) : "";
	}

	/**
	 * When to warn of one kind.
	 */
	private static final class Warnings {

		private final LongAdder untold = new LongAdder();

		private volatile long tellAt;

		Warnings(long now) {
			this.tellAt = now;
		}

		/**
		 * Count one more, and return how many to tell of, 0 to keep silent.
		 */
		long take(long now) {
			this.untold.increment();
			return (now - this.tellAt < 0) ? 0 : takeAll(now);
		}

		private synchronized long takeAll(long now) {
			if (now - this.tellAt < 0) {
				return 0;
			}
			this.tellAt = now + INTERVAL_NANOS;
			return this.untold.sumThenReset();
		}

	}

}

package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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

	private final Map<Kind, Warnings> kinds = new ConcurrentHashMap<>();

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
		Kind kind = new Kind(event.tier(), event.plan(), outcome);
		Warnings known = this.kinds.get(kind);
		Warnings warnings = (known != null) ? known : this.kinds.computeIfAbsent(kind, (key) -> new Warnings());
		long since = warnings.take(this.nanoTime.getAsLong());
		if (since > 0) {
			logger.warn(message(event, since - 1));
		}
	}

	private static String message(RateLimitEvent event, long others) {
		String verb = (event.decision().outcome() == Outcome.REFUSED) ? " refused " : " would have refused ";
		return "Rate limit '" + event.tier() + "' (plan " + event.plan() + ")" + verb + ShownKey.of(event.key())
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
	 * What is told apart. There are as many as tiers have plans.
	 */
	private record Kind(String tier, String plan, Outcome outcome) {

	}

	/**
	 * When to warn of one kind.
	 */
	private static final class Warnings {

		private long untold;

		private boolean told;

		private long toldAt;

		/**
		 * Count one more, and return how many to tell of, 0 to keep silent.
		 */
		synchronized long take(long now) {
			this.untold++;
			if (this.told && now - this.toldAt < INTERVAL_NANOS) {
				return 0;
			}
			long count = this.untold;
			this.untold = 0;
			this.told = true;
			this.toldAt = now;
			return count;
		}

	}

}

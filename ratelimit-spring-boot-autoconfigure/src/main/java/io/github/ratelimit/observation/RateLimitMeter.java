package io.github.ratelimit.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * The meters of the rate limiter. A request is counted in {@link #ALLOWED} or in
 * {@link #BLOCKED}, never in both; whose request it was is in no tag. No meter has a base
 * unit but the timer, whose unit is the registry's, for Prometheus the second.
 *
 * @see RateLimitMeters
 */
public enum RateLimitMeter implements MeterDocumentation {

	/**
	 * Requests that went on: within their limits, refused by a limit that is only
	 * watched, or unchecked because the store could not decide.
	 */
	ALLOWED("ratelimiter.allowed", Meter.Type.COUNTER, "Requests that went on", DecisionTag.values()),

	/**
	 * Requests that were turned away: beyond a limit, or unavailable because the store
	 * could not decide.
	 */
	BLOCKED("ratelimiter.blocked", Meter.Type.COUNTER, "Requests that were turned away", DecisionTag.values()),

	/**
	 * Requests beyond a limit that is only watched. They went on, so they are counted in
	 * {@link #ALLOWED} too.
	 */
	SHADOW_BLOCKED("ratelimiter.shadow.blocked", Meter.Type.COUNTER,
			"Requests that went on because the limit they are beyond is only watched", DecisionTag.values()),

	/**
	 * Time it took to decide a request, the store's answer included.
	 */
	CHECK_DURATION("ratelimiter.check.duration", Meter.Type.TIMER, "Time it took to decide", DecisionTag.values()),

	/**
	 * Times the store could not do what it was asked.
	 */
	REDIS_ERRORS("ratelimiter.redis.errors", Meter.Type.COUNTER, "Times the store could not do what it was asked",
			ErrorTag.values()),

	/**
	 * Distinct keys that this instance decided requests of in the last one to two
	 * minutes, up to {@value ActiveClients#MAX_CLIENTS}.
	 */
	ACTIVE_CLIENTS("ratelimiter.active.clients", Meter.Type.GAUGE,
			"Distinct keys seen by this instance in the last one to two minutes, up to 100,000", EMPTY);

	private final String name;

	private final Meter.Type type;

	private final String description;

	private final KeyName[] keyNames;

	RateLimitMeter(String name, Meter.Type type, String description, KeyName[] keyNames) {
		this.name = name;
		this.type = type;
		this.description = description;
		this.keyNames = keyNames;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	/**
	 * Return the description that the meter is registered with.
	 * @return the description
	 */
	public String getDescription() {
		return this.description;
	}

	@Override
	public KeyName[] getKeyNames() {
		return this.keyNames.clone();
	}

	/**
	 * Tags of a meter of decisions.
	 */
	public enum DecisionTag implements KeyName {

		/**
		 * Name of the tier.
		 */
		TIER("tier"),

		/**
		 * Plan the limit was taken from, {@code default} for the tier's own.
		 */
		PLAN("plan"),

		/**
		 * Who decided: {@code redis}, {@code memory}, {@code custom} or
		 * {@code failure-mode}.
		 */
		STORE("store");

		private final String key;

		DecisionTag(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Tags of the meter of errors.
	 */
	public enum ErrorTag implements KeyName {

		/**
		 * What the store was asked: {@code acquire}, {@code settle} or {@code reset}.
		 */
		OPERATION("operation");

		private final String key;

		ErrorTag(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}

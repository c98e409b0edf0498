package io.github.ratelimit.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * The meters of the rate limiter. A request is counted in {@link #ALLOWED} or in
 * {@link #BLOCKED}, never in both; whose request it was is in no tag, but for clients of
 * a service that have a rule of their own. Times are in the unit of the registry, for
 * Prometheus the second; no other meter has a base unit.
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
			"Distinct keys seen by this instance in the last one to two minutes, up to 100,000", EMPTY),

	/**
	 * Where the circuit breaker before the store stands. Registered where there is one,
	 * as are the meters below.
	 */
	CIRCUIT_BREAKER_STATE("ratelimiter.circuit.breaker.state", Meter.Type.GAUGE,
			"1 for the state the circuit breaker is in, 0 for each other", StateTag.values()),

	/**
	 * Times in a row the store could not decide, up to now.
	 */
	CIRCUIT_BREAKER_FAILURES("ratelimiter.circuit.breaker.failures", Meter.Type.GAUGE,
			"Times in a row the store could not decide", EMPTY),

	/**
	 * Time until the store is asked whether it decides again.
	 */
	CIRCUIT_BREAKER_NEXT_TRY("ratelimiter.circuit.breaker.next.try", Meter.Type.GAUGE,
			"Time until the store is asked whether it decides again, 0 while the circuit breaker is closed", EMPTY),

	/**
	 * Instances of the application that share each limit while the store cannot decide.
	 */
	INSTANCES("ratelimiter.instances", Meter.Type.GAUGE,
			"Instances of the application that use the store, this one included, as last seen", EMPTY);

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
	 * Further tags of the meters of decisions, where the application decides for others
	 * as a service. All series have them then, or none.
	 */
	public enum ServiceTag implements KeyName {

		/**
		 * Key of a client that has a rule of its own, up to {@value NamedClients#MAX} of
		 * them; {@value NamedClients#OTHER} for all others.
		 */
		CLIENT("client"),

		/**
		 * What the client was limited at: the name of the tier.
		 */
		ENDPOINT("endpoint");

		private final String key;

		ServiceTag(String key) {
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

	/**
	 * Tags of the meter of the circuit breaker's state.
	 */
	public enum StateTag implements KeyName {

		/**
		 * The state: {@code closed}, {@code open} or {@code half-open}.
		 */
		STATE("state");

		private final String key;

		StateTag(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}

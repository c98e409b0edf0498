package io.github.ratelimit.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the rate limiter. They are for traces: what they would time is
 * timed by {@link RateLimitMeter} already.
 *
 * @see ObservationDecisionTracer
 */
public enum DecisionObservation implements ObservationDocumentation {

	/**
	 * A request that is decided, however many tiers limit it. Requests that only ask
	 * (cost 0) are not observed.
	 */
	CHECK {

		@Override
		public String getName() {
			return CHECK_NAME;
		}

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultDecisionObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return DecisionKey.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return JointKey.values();
		}

	},

	/**
	 * A command to Redis, where there is an observation that it can be a child of: that
	 * of the decision which sends it, or that of the HTTP request which resets or settles
	 * something. What the limiter asks for by itself is not observed. The contextual name
	 * is that of the command.
	 */
	REDIS {

		@Override
		public String getName() {
			return REDIS_NAME;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return CommandKey.values();
		}

	};

	/**
	 * Name of the observation of a decision.
	 */
	public static final String CHECK_NAME = "ratelimiter.check";

	/**
	 * Name of the observation of a command to Redis.
	 */
	public static final String REDIS_NAME = "ratelimiter.redis";

	/**
	 * What tells decisions apart, of few values each. Of several tiers, tier and plan are
	 * those of the first that refuses, or of the first if none does.
	 */
	public enum DecisionKey implements KeyName {

		/**
		 * Name of the tier.
		 */
		TIER("tier"),

		/**
		 * Plan the limit was taken from, {@code default} for the tier's own.
		 */
		PLAN("plan"),

		/**
		 * What was decided: {@code allowed}, {@code refused}, {@code shadow-refused},
		 * {@code unchecked} or {@code unavailable}; {@code none} while it is not decided,
		 * and where it could not be.
		 */
		OUTCOME("outcome"),

		/**
		 * Who decided: {@code redis}, {@code memory}, {@code custom} or
		 * {@code failure-mode}; {@code none} while it is not decided, and where it could
		 * not be.
		 */
		STORE("store");

		private final String key;

		DecisionKey(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * What is told of decisions on several tiers besides.
	 */
	public enum JointKey implements KeyName {

		/**
		 * Names of all tiers, where there are several.
		 */
		TIERS("tiers");

		private final String key;

		JointKey(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * What is told of a command, in the words of Lettuce. Its arguments are not, nor is
	 * the text of an error, which may repeat them.
	 */
	public enum CommandKey implements KeyName {

		/**
		 * {@code redis}.
		 */
		SYSTEM("db.system"),

		/**
		 * Name of the command.
		 */
		OPERATION("db.operation"),

		/**
		 * Address of the server.
		 */
		ADDRESS("net.sock.peer.addr"),

		/**
		 * Port of the server.
		 */
		PORT("net.sock.peer.port");

		private final String key;

		CommandKey(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}

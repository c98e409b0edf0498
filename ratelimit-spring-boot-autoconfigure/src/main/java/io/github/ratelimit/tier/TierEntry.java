package io.github.ratelimit.tier;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * What one call comes to in one tier: which limits hold for it, whose count it is, and
 * what of it is paid already. A call has one, one more where its tier has a gate, and one
 * for each rule that is watched beside what holds.
 *
 * @param call index of the call that this is for
 * @param role what it is to the call
 * @param settings the limits
 * @param key whose count it is
 * @param cost units it takes
 * @param prepaid what a route has paid of it, {@code null} if nothing
 */
record TierEntry(int call, Role role, RateLimiterSettings settings, String key, long cost,
		RouteCredit.@Nullable Prepaid prepaid) {

	TierEntry with(RouteCredit.@Nullable Prepaid prepaid) {
		return new TierEntry(this.call, this.role, this.settings, this.key, this.cost, prepaid);
	}

	/**
	 * Return whether this is charged to the same count as another.
	 */
	boolean sharesCount(TierEntry other) {
		return counter().equals(other.counter()) && this.key.equals(other.key);
	}

	boolean gate() {
		return this.role.gate();
	}

	String counter() {
		return this.settings.counterName();
	}

	boolean isPaid() {
		return this.prepaid != null && this.prepaid.units() == this.cost;
	}

	/**
	 * Return what is to be asked for. What is free is not refused because nobody can
	 * check it.
	 */
	Acquisition acquisition() {
		RateLimiterSettings asked = (this.cost == 0 && this.settings.failureMode() == FailureMode.CLOSED)
				? new RateLimiterSettings(this.settings.name(), this.settings.plan(), this.settings.counterName(),
						this.settings.limits(), FailureMode.OPEN, this.settings.enforcement())
				: this.settings;
		long owed = this.cost - ((this.prepaid != null) ? this.prepaid.units() : 0);
		return new Acquisition(asked, this.key, owed, this.role.watched());
	}

	/**
	 * What an entry is to its call.
	 */
	enum Role {

		/**
		 * What decides it.
		 */
		TIER(false, false),

		/**
		 * What the gate before the call's tier asks.
		 */
		GATE(true, false),

		/**
		 * What a rule counts that refuses nobody.
		 */
		WATCHED(false, true),

		/**
		 * What a rule counts at the gate and refuses nobody.
		 */
		WATCHED_GATE(true, true);

		private final boolean gate;

		private final boolean watched;

		Role(boolean gate, boolean watched) {
			this.gate = gate;
			this.watched = watched;
		}

		boolean gate() {
			return this.gate;
		}

		boolean watched() {
			return this.watched;
		}

	}

}

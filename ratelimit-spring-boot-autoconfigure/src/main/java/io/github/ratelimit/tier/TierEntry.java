package io.github.ratelimit.tier;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * What one call comes to in one tier: which limits hold for it, whose count it is, and
 * what of it is paid already. A call has one, and one more where its tier has a gate.
 *
 * @param call index of the call that this is for
 * @param gate whether it is what the gate before the call's tier asks
 * @param settings the limits
 * @param key whose count it is
 * @param cost units it takes
 * @param prepaid what a route has paid of it, {@code null} if nothing
 */
record TierEntry(int call, boolean gate, RateLimiterSettings settings, String key, long cost,
		RouteCredit.@Nullable Prepaid prepaid) {

	TierEntry with(RouteCredit.@Nullable Prepaid prepaid) {
		return new TierEntry(this.call, this.gate, this.settings, this.key, this.cost, prepaid);
	}

	/**
	 * Return whether this is charged to the same count as another.
	 */
	boolean sharesCount(TierEntry other) {
		return counter().equals(other.counter()) && this.key.equals(other.key);
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
		return new Acquisition(asked, this.key, this.cost - ((this.prepaid != null) ? this.prepaid.units() : 0));
	}

}

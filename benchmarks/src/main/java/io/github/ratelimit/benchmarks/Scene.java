package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.benchmarks.contender.Quota;

/**
 * What contenders are asked.
 *
 * @param keys for whom
 * @param quota what each key may use
 * @param admitted whether all calls are admitted, or else refused
 * @param callers how many threads ask, one measurement each
 * @param time how long
 * @param unmeasured calls without a time after each whose time is taken
 */
record Scene(Keys keys, Quota quota, boolean admitted, List<Integer> callers, Duration time, int unmeasured) {

	/**
	 * A day for one unit: what is used up stays so.
	 */
	private static final Quota NEXT_TO_NOTHING = new Quota(1, 86_400);

	/**
	 * Return a scene in which all calls are admitted.
	 */
	static Scene admitted(Keys keys, Quota quota, List<Integer> callers, Duration time) {
		return new Scene(keys, quota, true, callers, time, 0);
	}

	/**
	 * Return a scene in which all calls are refused.
	 */
	static Scene refused(Keys keys, List<Integer> callers, Duration time) {
		return new Scene(keys, NEXT_TO_NOTHING, false, callers, time, 0);
	}

	/**
	 * Return this scene for calls that take so little time that a clock would be most of
	 * it.
	 */
	Scene inMemory() {
		return new Scene(this.keys, this.quota, this.admitted, this.callers, this.time, 63);
	}

	String title() {
		return "%s, %s".formatted(this.keys.title(), this.admitted ? "admitted" : "refused");
	}

}

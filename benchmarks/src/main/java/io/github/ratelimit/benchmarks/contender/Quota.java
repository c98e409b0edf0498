package io.github.ratelimit.benchmarks.contender;

import java.time.Duration;

/**
 * What contenders limit to: units that can be used at once, and come back in a time.
 *
 * @param units how many
 * @param seconds in how much time
 */
public record Quota(int units, int seconds) {

	/**
	 * Return the time.
	 * @return the time in which units come back
	 */
	public Duration window() {
		return Duration.ofSeconds(this.seconds);
	}

	/**
	 * Return the quota as a rate in properties.
	 * @return the text
	 */
	public String rate() {
		return this.units + "/" + this.seconds + "s";
	}

}

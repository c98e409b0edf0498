package io.github.ratelimit.autoconfigure;

import java.time.ZoneId;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import org.jspecify.annotations.Nullable;

/**
 * Configuration properties of one limit.
 */
public class LimitProperties {

	/**
	 * Units that come back in a time, such as '2/s', '0.5/s', '100/m', '100/60s',
	 * '10000/d' or '1000/month'.
	 */
	private @Nullable Rate rate;

	/**
	 * Units that may be used at once. By default the number of the rate, and only of a
	 * token bucket another.
	 */
	private @Nullable Long burst;

	/**
	 * How units are counted. By default 'token-bucket'.
	 */
	private @Nullable Algorithm algorithm;

	/**
	 * Time zone whose minutes, hours, days, weeks or months a fixed window follows, such
	 * as 'Europe/Berlin'.
	 */
	private @Nullable ZoneId zone;

	/**
	 * Whether each decision asks Redis, or units are drawn from it in advance. By default
	 * 'strict'.
	 */
	private @Nullable LimitMode mode;

	public @Nullable Rate getRate() {
		return this.rate;
	}

	public void setRate(@Nullable Rate rate) {
		this.rate = rate;
	}

	public @Nullable Long getBurst() {
		return this.burst;
	}

	public void setBurst(@Nullable Long burst) {
		this.burst = burst;
	}

	public @Nullable Algorithm getAlgorithm() {
		return this.algorithm;
	}

	public void setAlgorithm(@Nullable Algorithm algorithm) {
		this.algorithm = algorithm;
	}

	public @Nullable ZoneId getZone() {
		return this.zone;
	}

	public void setZone(@Nullable ZoneId zone) {
		this.zone = zone;
	}

	public @Nullable LimitMode getMode() {
		return this.mode;
	}

	public void setMode(@Nullable LimitMode mode) {
		this.mode = mode;
	}

	/**
	 * Configuration properties of one of several limits.
	 */
	public static class Named extends LimitProperties {

		/**
		 * Name that callers are told. By default that of the tier.
		 */
		private @Nullable String name;

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

	}

}

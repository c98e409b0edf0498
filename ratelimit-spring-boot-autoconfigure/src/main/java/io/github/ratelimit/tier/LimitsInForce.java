package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Which limits hold for one key, and which are watched beside them.
 *
 * @param settings what holds
 * @param level where it was found
 * @param rule the rule that says so, {@code null} if the configuration of a tier does
 * @param watched rules that come before it and are only counted
 */
public record LimitsInForce(RateLimiterSettings settings, RuleLevel level, @Nullable Rule rule, List<Watched> watched) {

	/**
	 * Copy the list.
	 */
	public LimitsInForce {
		watched = List.copyOf(watched);
	}

	LimitsInForce with(List<Watched> watched) {
		return (watched.isEmpty()) ? this : new LimitsInForce(this.settings, this.level, this.rule, watched);
	}

	/**
	 * Return what to ask the limiters for: what holds first, then what is watched.
	 */
	List<Acquisition> acquisitions(String key, long cost) {
		Acquisition holding = new Acquisition(this.settings, key, cost);
		if (this.watched.isEmpty()) {
			return List.of(holding);
		}
		List<Acquisition> all = new ArrayList<>(1 + this.watched.size());
		all.add(holding);
		this.watched.forEach((watched) -> all.add(Acquisition.beside(watched.settings(), key, cost)));
		return all;
	}

	/**
	 * A rule that is counted and refuses nobody.
	 *
	 * @param settings how it is counted
	 * @param rule the rule
	 */
	public record Watched(RateLimiterSettings settings, Rule rule) {

	}

}

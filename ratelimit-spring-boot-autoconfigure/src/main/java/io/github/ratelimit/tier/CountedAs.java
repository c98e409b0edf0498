package io.github.ratelimit.tier;

import java.time.ZoneId;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.CalendarUnit;
import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Has a limit counted as another one is, so that it goes on with the same count. A count
 * of another algorithm would be a new one.
 */
final class CountedAs {

	private CountedAs() {
	}

	/**
	 * Return a limit as it is counted like one of others: like that of its name, else
	 * like the first.
	 * @param mode whether it is of that one's mode too
	 * @return the limit, of its own algorithm where it cannot be counted so
	 */
	static Limit like(List<Limit> others, Limit limit, boolean mode) {
		Limit like = others.stream()
			.filter((other) -> other.name().equals(limit.name()))
			.findFirst()
			.orElse((others.isEmpty()) ? limit : others.get(0));
		Limit decided = (mode) ? limit.withMode(like.mode()) : limit;
		boolean burst = limit.burst() != limit.rate().quota();
		return (burst && like.algorithm() != Algorithm.TOKEN_BUCKET) ? decided : counted(decided, like);
	}

	private static Limit counted(Limit limit, Limit like) {
		try {
			Limit counted = new Limit(limit.name(), limit.rate(), limit.burst(), like.algorithm(), zone(limit, like),
					limit.mode());
			LimitAlgorithm.of(counted);
			return counted;
		}
		catch (IllegalArgumentException ex) {
			// Too large for that, or a month without a calendar
			return limit;
		}
	}

	private static @Nullable ZoneId zone(Limit limit, Limit like) {
		if (like.algorithm() != Algorithm.FIXED_WINDOW || !CalendarUnit.isWindow(limit.rate().window())) {
			return null;
		}
		return (limit.zone() != null) ? limit.zone() : like.zone();
	}

}

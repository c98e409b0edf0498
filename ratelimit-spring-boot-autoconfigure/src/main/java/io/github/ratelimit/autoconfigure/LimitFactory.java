package io.github.ratelimit.autoconfigure;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.CalendarUnit;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Makes the limits of one tier of properties.
 */
final class LimitFactory {

	private final String tier;

	private final Algorithm algorithm;

	/**
	 * Create a factory.
	 * @param tier name of limits that have none
	 * @param algorithm algorithm of limits that name none
	 */
	LimitFactory(String tier, Algorithm algorithm) {
		this.tier = tier;
		this.algorithm = algorithm;
	}

	/**
	 * Return the limits of a plan, at least one.
	 * @param property where the plan stands
	 */
	List<Limit> requiredLimits(String property, PlanProperties plan) {
		List<Limit> limits = limits(property, plan);
		if (limits.isEmpty()) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", null, "the plan has no rate",
					"Set '%s.rate', such as 2/s or 100/m.".formatted(property));
		}
		return limits;
	}

	/**
	 * Return the limits of a plan, or of a tier for callers on none.
	 * @param property where it stands
	 */
	List<Limit> limits(String property, PlanProperties plan) {
		if (plan.getLimits().isEmpty()) {
			Limit limit = limit(property, this.tier, plan);
			return (limit != null) ? List.of(limit) : List.of();
		}
		given(plan).forEach((name, value) -> {
			throw new InvalidRateLimitConfigurationException(property + "." + name, value,
					"'%s.limits' is set too".formatted(property),
					"Set it in '%s.limits', or leave them out.".formatted(property));
		});
		List<Limit> limits = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (int i = 0; i < plan.getLimits().size(); i++) {
			limits.add(namedLimit(property + ".limits[" + i + "]", plan.getLimits().get(i), names));
		}
		return limits;
	}

	private Limit namedLimit(String property, LimitProperties.Named limit, Set<String> names) {
		String name = (limit.getName() != null) ? limit.getName() : this.tier;
		if (!Limit.isName(name)) {
			throw new InvalidRateLimitConfigurationException(property + ".name", name, "it is not a limit's name",
					"Name it with 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit.");
		}
		if (!names.add(name)) {
			throw new InvalidRateLimitConfigurationException(property + ".name", limit.getName(),
					"another of the limits is called '%s' too".formatted(name),
					"Set '%s.name' to a name of its own, such as 'day'.".formatted(property));
		}
		Limit made = limit(property, name, limit);
		if (made == null) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", null, "the limit has no rate",
					"Set '%s.rate', such as 2/s or 100/d.".formatted(property));
		}
		return made;
	}

	private @Nullable Limit limit(String property, String name, LimitProperties limit) {
		Rate rate = limit.getRate();
		if (rate == null) {
			given(limit).forEach((given, value) -> {
				throw new InvalidRateLimitConfigurationException(property + "." + given, value,
						"it is said of a limit that has no rate",
						"Set '%s.rate' too, such as 2/s or 100/m.".formatted(property));
			});
			return null;
		}
		Algorithm algorithm = (limit.getAlgorithm() != null) ? limit.getAlgorithm() : this.algorithm;
		checkBurst(property, rate, limit.getBurst(), algorithm);
		checkZone(property, limit.getZone(), algorithm);
		checkCalendar(property, rate, limit.getZone(), algorithm);
		try {
			Limit made = new Limit(name, rate, (limit.getBurst() != null) ? limit.getBurst() : rate.quota(), algorithm,
					limit.getZone(), Objects.requireNonNullElse(limit.getMode(), LimitMode.STRICT));
			LimitAlgorithm.of(made);
			return made;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", rate.toString(),
					Objects.requireNonNull(ex.getMessage()), "Choose another rate%s, or another '%s.algorithm'."
						.formatted((algorithm == Algorithm.TOKEN_BUCKET) ? " or burst" : "", property));
		}
	}

	/**
	 * Return what was set of a limit, as it was written.
	 */
	private static Map<String, String> given(LimitProperties limit) {
		Map<String, String> given = new LinkedHashMap<>();
		if (limit.getRate() != null) {
			given.put("rate", limit.getRate().toString());
		}
		if (limit.getBurst() != null) {
			given.put("burst", limit.getBurst().toString());
		}
		if (limit.getAlgorithm() != null) {
			given.put("algorithm", word(limit.getAlgorithm()));
		}
		if (limit.getZone() != null) {
			given.put("zone", limit.getZone().getId());
		}
		if (limit.getMode() != null) {
			given.put("mode", word(limit.getMode()));
		}
		return given;
	}

	private static String word(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static void checkBurst(String property, Rate rate, @Nullable Long burst, Algorithm algorithm) {
		if (burst == null) {
			return;
		}
		if (burst < 1) {
			throw new InvalidRateLimitConfigurationException(property + ".burst", burst.toString(),
					"a burst below 1 would refuse every request",
					"Set '%s.burst' to at least 1, or leave it out for a burst of %d.".formatted(property,
							rate.quota()));
		}
		if (algorithm != Algorithm.TOKEN_BUCKET && burst != rate.quota()) {
			throw new InvalidRateLimitConfigurationException(property + ".burst", burst.toString(),
					"only a token bucket has a burst of its own; other windows allow their quota, here %d, at once"
						.formatted(rate.quota()),
					"Leave '%s.burst' out, or set '%s.algorithm' to token-bucket.".formatted(property, property));
		}
	}

	private static void checkZone(String property, @Nullable ZoneId zone, Algorithm algorithm) {
		if (zone != null && algorithm != Algorithm.FIXED_WINDOW) {
			throw new InvalidRateLimitConfigurationException(property + ".zone", zone.getId(),
					"only fixed windows follow the calendar of a time zone",
					"Set '%s.algorithm' to fixed-window, or leave '%s.zone' out.".formatted(property, property));
		}
	}

	private static void checkCalendar(String property, Rate rate, @Nullable ZoneId zone, Algorithm algorithm) {
		boolean calendar = CalendarUnit.isWindow(rate.window());
		if (zone != null && !calendar) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", rate.toString(),
					"a window of the calendar is one minute, hour, day, week or month",
					"Set '%s.rate' to such a one, as 100/d, or leave '%s.zone' out.".formatted(property, property));
		}
		if (zone == null && algorithm == Algorithm.FIXED_WINDOW && calendar
				&& CalendarUnit.of(rate.window()) == CalendarUnit.MONTH) {
			throw new InvalidRateLimitConfigurationException(property + ".zone", null,
					"when a month begins depends on the time zone",
					"Set '%s.zone', such as UTC or Europe/Berlin.".formatted(property));
		}
	}

}

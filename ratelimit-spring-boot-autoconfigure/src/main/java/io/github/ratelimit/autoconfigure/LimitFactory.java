package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Makes the limits of one tier of properties.
 */
final class LimitFactory {

	private final String tier;

	LimitFactory(String tier) {
		this.tier = tier;
	}

	/**
	 * Return the limits of a plan, at least one.
	 * @param property where the plan stands
	 */
	List<Limit> requiredLimits(String property, RateLimitProperties.Plan plan) {
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
	List<Limit> limits(String property, RateLimitProperties.Plan plan) {
		if (plan.getLimits().isEmpty()) {
			Limit limit = limit(property, this.tier, plan);
			return (limit != null) ? List.of(limit) : List.of();
		}
		if (plan.getRate() != null) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", plan.getRate().toString(),
					"'%s.limits' is set too".formatted(property),
					"Make it one of '%s.limits', or leave them out.".formatted(property));
		}
		List<Limit> limits = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (int i = 0; i < plan.getLimits().size(); i++) {
			limits.add(namedLimit(property + ".limits[" + i + "]", plan.getLimits().get(i), names));
		}
		return limits;
	}

	private Limit namedLimit(String property, RateLimitProperties.NamedLimit limit, Set<String> names) {
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

	private static @Nullable Limit limit(String property, String name, RateLimitProperties.Limit limit) {
		Rate rate = limit.getRate();
		Long burst = limit.getBurst();
		if (rate == null) {
			if (burst != null) {
				throw new InvalidRateLimitConfigurationException(property + ".burst", burst.toString(),
						"a burst needs a rate at which it is refilled",
						"Set '%s.rate' too, such as 2/s or 100/m.".formatted(property));
			}
			return null;
		}
		checkBurst(property, rate, burst, limit.getAlgorithm());
		checkZone(property, limit);
		try {
			Limit made = new Limit(name, rate, (burst != null) ? burst : rate.quota(), limit.getAlgorithm(),
					limit.getZone());
			LimitAlgorithm.of(made);
			return made;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", rate.toString(),
					Objects.requireNonNull(ex.getMessage()), "Choose another rate%s, or another '%s.algorithm'."
						.formatted((limit.getAlgorithm() == Algorithm.TOKEN_BUCKET) ? " or burst" : "", property));
		}
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

	private static void checkZone(String property, RateLimitProperties.Limit limit) {
		if (limit.getZone() != null && limit.getAlgorithm() != Algorithm.FIXED_WINDOW) {
			throw new InvalidRateLimitConfigurationException(property + ".zone", limit.getZone().getId(),
					"only fixed windows follow the calendar of a time zone",
					"Set '%s.algorithm' to fixed-window, or leave '%s.zone' out.".formatted(property, property));
		}
	}

}

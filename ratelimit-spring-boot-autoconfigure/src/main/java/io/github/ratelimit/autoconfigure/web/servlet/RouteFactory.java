package io.github.ratelimit.autoconfigure.web.servlet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RouteProperties;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.servlet.RateLimitRoute;
import io.github.ratelimit.web.servlet.RouteCost;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Makes routes of properties.
 */
final class RouteFactory {

	private static final Set<String> METHODS = Stream.of(HttpMethod.values())
		.map(HttpMethod::name)
		.collect(Collectors.toSet());

	private static final String AUTH_TIER = "auth";

	private final TierRateLimiters limiters;

	private final PathPatternParser parser;

	RouteFactory(TierRateLimiters limiters, PathPatternParser parser) {
		this.limiters = limiters;
		this.parser = parser;
	}

	List<RateLimitRoute> routes(List<RouteProperties> routes) {
		List<RateLimitRoute> result = new ArrayList<>();
		for (int i = 0; i < routes.size(); i++) {
			result.add(route("ratelimit.routes[" + i + "]", routes.get(i)));
		}
		return result;
	}

	private RateLimitRoute route(String property, RouteProperties route) {
		List<String> tiers = (route.exempts()) ? noTiers(property, route) : tiers(property + ".tier", route.getTier());
		if (route.getPaths().isEmpty()) {
			throw new InvalidRateLimitConfigurationException(property + ".paths", null, "the route has no paths",
					"Set '%s.paths' to patterns such as /login or /api/**.".formatted(property));
		}
		List<PathPattern> paths = new ArrayList<>();
		for (int i = 0; i < route.getPaths().size(); i++) {
			paths.add(path(property + ".paths[" + i + "]", route.getPaths().get(i)));
		}
		route.getMethods().forEach((method) -> requireMethod(property + ".methods", method));
		return new RateLimitRoute(tiers, cost(property, route.getCost()), paths, route.getMethods(), isWatched(tiers),
				isBeforeAuthentication(route, tiers));
	}

	private static boolean isBeforeAuthentication(RouteProperties route, List<String> tiers) {
		Boolean set = route.getBeforeAuthentication();
		return (set != null) ? set : tiers.contains(AUTH_TIER);
	}

	private boolean isWatched(List<String> tiers) {
		return tiers.stream().allMatch((tier) -> this.limiters.tier(tier).enforcement() == Enforcement.SHADOW);
	}

	/**
	 * Check that a route that limits nothing says nothing of how it would.
	 */
	private static List<String> noTiers(String property, RouteProperties route) {
		Map<String, String> others = new LinkedHashMap<>();
		others.put(".tier", (route.getTier().size() > 1) ? String.join(",", route.getTier()) : "");
		others.put(".cost", (!route.getCost().trim().equals("1")) ? route.getCost() : "");
		others.put(".before-authentication", Objects.toString(route.getBeforeAuthentication(), ""));
		others.forEach((name, value) -> {
			if (!value.isEmpty()) {
				throw new InvalidRateLimitConfigurationException(property + name, value,
						"a route of the tier 'none' limits nothing",
						(name.equals(".tier")) ? "Name 'none' alone, or tiers that there are."
								: "Leave '%s%s' out, or name a tier.".formatted(property, name));
			}
		});
		return List.of();
	}

	private List<String> tiers(String property, List<String> tiers) {
		if (tiers.isEmpty()) {
			throw noTier(property, null, "the route names no tier");
		}
		Set<String> names = new LinkedHashSet<>();
		for (int i = 0; i < tiers.size(); i++) {
			String name = tiers.get(i).trim();
			String place = (tiers.size() > 1) ? property + "[" + i + "]" : property;
			if (name.isEmpty()) {
				throw noTier(place, tiers.get(i), "the route names no tier");
			}
			this.limiters.requireTier(name, "Property '" + place + "'");
			if (!names.add(name)) {
				throw noTier(place, name, "the route names the tier twice");
			}
		}
		return List.copyOf(names);
	}

	private InvalidRateLimitConfigurationException noTier(String property, @Nullable String value, String reason) {
		String tiers = String.join(", ", this.limiters.getTiers().stream().sorted().toList());
		return new InvalidRateLimitConfigurationException(property, value, reason, (value == null || value.isBlank())
				? "Set '%s' to one of: %s.".formatted(property, tiers) : "Name each tier once.");
	}

	private static RouteCost cost(String property, String cost) {
		try {
			return RouteCost.parse(cost, property);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(property + ".cost", cost,
					Objects.requireNonNull(ex.getMessage()),
					"Set '%s.cost' to a whole number, to header:<name>, or to an expression such as "
						.formatted(property) + "1 + request.contentLengthLong / 1024.");
		}
	}

	private PathPattern path(String property, String path) {
		if (path.isBlank()) {
			throw invalidPath(property, path, "it is blank");
		}
		try {
			return this.parser.parse(this.parser.initFullPathPattern(path.trim()));
		}
		catch (PatternParseException ex) {
			throw invalidPath(property, path, "it is not a path pattern: " + ex.getMessage());
		}
	}

	private static InvalidRateLimitConfigurationException invalidPath(String property, String path, String reason) {
		return new InvalidRateLimitConfigurationException(property, path, reason,
				"Set '%s' to a pattern such as /login, /stories/{id} or /api/**.".formatted(property));
	}

	private static void requireMethod(String property, String method) {
		if (!METHODS.contains(method.toUpperCase(Locale.ROOT))) {
			throw new InvalidRateLimitConfigurationException(property, method, "it is not a method of HTTP",
					"Choose from %s, or leave '%s' out for all.".formatted(METHODS.stream().sorted().toList(),
							property));
		}
	}

}

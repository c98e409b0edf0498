package io.github.ratelimit.web.servlet;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.springframework.web.util.pattern.PathPattern;

/**
 * Paths and methods whose requests some tiers limit, or none. Immutable.
 */
public final class RateLimitRoute {

	private final List<String> tiers;

	private final RouteCost cost;

	private final List<RoutePattern> paths;

	private final Set<String> methods;

	private final String endpoint;

	private final boolean watched;

	private final boolean beforeAuthentication;

	private final List<RateLimitRoute> alone = List.of(this);

	/**
	 * Create a route.
	 * @param tiers names of the tiers, none for requests that no later route limits
	 * either
	 * @param cost units that a request takes of each
	 * @param paths patterns of paths within the application, at least one
	 * @param methods methods of HTTP in any case, empty for all; {@code GET} stands for
	 * {@code HEAD} too, which runs the same handlers
	 * @param watched whether no tier is enforced, so that no request may be turned away
	 * @param beforeAuthentication whether requests are decided before anybody is
	 * authenticated
	 */
	public RateLimitRoute(List<String> tiers, RouteCost cost, List<PathPattern> paths, Set<String> methods,
			boolean watched, boolean beforeAuthentication) {
		if (paths.isEmpty()) {
			throw new IllegalArgumentException("A route needs at least one path");
		}
		this.tiers = List.copyOf(tiers);
		this.cost = Objects.requireNonNull(cost, "cost must not be null");
		this.paths = paths.stream().map(RoutePattern::new).toList();
		this.watched = watched;
		this.beforeAuthentication = beforeAuthentication;
		this.methods = methods.stream()
			.map((method) -> method.toUpperCase(Locale.ROOT))
			.collect(Collectors.toCollection(TreeSet::new));
		this.endpoint = endpoint(this.methods, paths);
		if (this.methods.contains("GET")) {
			this.methods.add("HEAD");
		}
	}

	private static String endpoint(Set<String> methods, List<PathPattern> paths) {
		String patterns = paths.stream().map(PathPattern::getPatternString).collect(Collectors.joining(","));
		return (methods.isEmpty()) ? patterns : String.join(",", methods) + " " + patterns;
	}

	/**
	 * Return the names of the tiers, all of which have to allow a request.
	 * @return the names
	 */
	public List<String> tiers() {
		return this.tiers;
	}

	/**
	 * Return whether a request may be turned away.
	 * @return {@code false} if there is no tier, or none of them is enforced
	 */
	public boolean mayRefuse() {
		return !this.tiers.isEmpty() && !this.watched;
	}

	RouteCost cost() {
		return this.cost;
	}

	/**
	 * Return what this route is called where it has a count of its own.
	 * @return methods and paths, such as {@code POST /login,/signup}
	 */
	public String endpoint() {
		return this.endpoint;
	}

	/**
	 * Return whether requests are only watched, and none may be turned away.
	 */
	boolean watched() {
		return this.watched;
	}

	/**
	 * Return whether requests are decided before their callers are authenticated.
	 */
	boolean beforeAuthentication() {
		return this.beforeAuthentication;
	}

	/**
	 * Return whether the method by which browsers ask what a page may do is limited by
	 * its name.
	 */
	boolean namesOptions() {
		return this.methods.contains("OPTIONS");
	}

	/**
	 * Return this route as the only one, which is made once.
	 */
	List<RateLimitRoute> alone() {
		return this.alone;
	}

	boolean matches(String method, RoutePath path) {
		if (!this.methods.isEmpty() && !this.methods.contains(method)) {
			return false;
		}
		for (RoutePattern pattern : this.paths) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

}

package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Paths whose requests are limited, by one tier or by several.
 */
public class RouteProperties {

	static final String NO_TIER = "none";

	/**
	 * Name of the tier, or of several that all have to allow a request; 'none' for paths
	 * that no later route limits.
	 */
	private List<String> tier = new ArrayList<>();

	/**
	 * Units that a request takes: a whole number, 'header:' and the name of a field of
	 * the request that says it, or an expression over 'request' and 'authentication'.
	 */
	private String cost = "1";

	/**
	 * Patterns of paths within the application, such as '/login' or '/api/**'.
	 */
	private List<String> paths = new ArrayList<>();

	/**
	 * HTTP methods that are limited; by default all. 'GET' stands for 'HEAD' too.
	 */
	private Set<String> methods = new LinkedHashSet<>();

	/**
	 * Whether requests are decided before Spring Security authenticates their callers,
	 * who are then known by address only. By default if one of its tiers is 'auth'.
	 */
	private @Nullable Boolean beforeAuthentication;

	/**
	 * Return whether requests are not limited, which a route says that names no tier but
	 * {@code none}.
	 * @return whether {@code none} is among its tiers
	 */
	public boolean exempts() {
		return this.tier.stream().anyMatch((name) -> name.trim().equals(NO_TIER));
	}

	public List<String> getTier() {
		return this.tier;
	}

	public void setTier(List<String> tier) {
		this.tier = tier;
	}

	public String getCost() {
		return this.cost;
	}

	public void setCost(String cost) {
		this.cost = cost;
	}

	public List<String> getPaths() {
		return this.paths;
	}

	public void setPaths(List<String> paths) {
		this.paths = paths;
	}

	public Set<String> getMethods() {
		return this.methods;
	}

	public void setMethods(Set<String> methods) {
		this.methods = methods;
	}

	public @Nullable Boolean getBeforeAuthentication() {
		return this.beforeAuthentication;
	}

	public void setBeforeAuthentication(@Nullable Boolean beforeAuthentication) {
		this.beforeAuthentication = beforeAuthentication;
	}

}

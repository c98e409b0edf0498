package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.identity.MissingKey;
import io.github.ratelimit.tier.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Configuration properties of a named group of limits, with others for some plans.
 */
public class TierProperties extends PlanProperties {

	/**
	 * Limits of callers on a plan, by the plan's name. Plans 'authenticated' and
	 * 'anonymous' are known to the starter.
	 */
	private final Map<String, PlanProperties> plans = new LinkedHashMap<>();

	/**
	 * Whose count a request is charged to, such as 'client', 'user', 'ip' or 'api-key'.
	 * The keys of several sources are joined.
	 */
	private List<String> key = List.of("client");

	/**
	 * Sources that are tried in this order where one of 'key' is missing.
	 */
	private List<String> keyFallback = new ArrayList<>();

	/**
	 * How a request is answered whose key is missing. By default 'unauthorized' (401) if
	 * a user, an API key, a token or a session is missing, else 'bad-request' (400).
	 */
	private @Nullable MissingKey missingKey;

	/**
	 * Name of a tier that has to allow each request too, such as one that counts by
	 * address, before callers who can invent keys.
	 */
	private @Nullable String gate;

	/**
	 * What one count is for.
	 */
	private Scope scope = Scope.TIER;

	/**
	 * What happens to a request of this tier while Redis cannot decide. By default as
	 * 'ratelimit.failure-mode' says.
	 */
	private @Nullable FailureMode failureMode;

	/**
	 * Whether refusals are obeyed, or only counted.
	 */
	private Enforcement enforcement = Enforcement.ENFORCE;

	public Map<String, PlanProperties> getPlans() {
		return this.plans;
	}

	public List<String> getKey() {
		return this.key;
	}

	public void setKey(List<String> key) {
		this.key = key;
	}

	public List<String> getKeyFallback() {
		return this.keyFallback;
	}

	public void setKeyFallback(List<String> keyFallback) {
		this.keyFallback = keyFallback;
	}

	public @Nullable MissingKey getMissingKey() {
		return this.missingKey;
	}

	public void setMissingKey(@Nullable MissingKey missingKey) {
		this.missingKey = missingKey;
	}

	public @Nullable String getGate() {
		return this.gate;
	}

	public void setGate(@Nullable String gate) {
		this.gate = gate;
	}

	public Scope getScope() {
		return this.scope;
	}

	public void setScope(Scope scope) {
		this.scope = scope;
	}

	public @Nullable FailureMode getFailureMode() {
		return this.failureMode;
	}

	public void setFailureMode(@Nullable FailureMode failureMode) {
		this.failureMode = failureMode;
	}

	public Enforcement getEnforcement() {
		return this.enforcement;
	}

	public void setEnforcement(Enforcement enforcement) {
		this.enforcement = enforcement;
	}

}

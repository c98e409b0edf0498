package io.github.ratelimit.tier;

/**
 * Where the limits that hold for a request were found. The levels are looked up in this
 * order.
 */
public enum RuleLevel {

	/**
	 * A rule for this client and this endpoint.
	 */
	CLIENT_AND_ENDPOINT,

	/**
	 * A rule for this client, whatever it asks for.
	 */
	CLIENT,

	/**
	 * A rule for the client's plan, or the limits that the tier has for it in the
	 * configuration. A rule that names the endpoint comes first.
	 */
	PLAN,

	/**
	 * A rule for the endpoint, or the tier's own limits in the configuration.
	 */
	TIER,

	/**
	 * A rule for all, or the limits of the tier {@value TierRateLimiters#DEFAULT_TIER} in
	 * the configuration.
	 */
	DEFAULT

}

package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Knows which plan an API key is on. A bean of this type is asked for each request that
 * has an API key and comes to a tier with plans, once, by many threads at once, and
 * before it is known whether the request is refused: keys may be invented, so what asks a
 * database should remember what it knows and what it does not. Where it fails the caller
 * is on none of its plans.
 */
@FunctionalInterface
public interface ApiKeyPlans {

	/**
	 * Return the plan of an API key.
	 * @param apiKey the key as the caller sent it
	 * @return the plan's name, {@code null} if the key is not known
	 */
	@Nullable String planOf(String apiKey);

}

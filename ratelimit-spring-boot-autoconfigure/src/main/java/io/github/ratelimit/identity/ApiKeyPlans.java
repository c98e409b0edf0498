package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Knows which plan an API key is on. A bean of this type is asked for each limited
 * request that has an API key, by many threads at once.
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

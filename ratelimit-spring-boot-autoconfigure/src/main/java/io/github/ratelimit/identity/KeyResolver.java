package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Finds whose count a request is charged to, where a tier's {@code key} names this bean.
 * <p>
 * Asked for each limited request, by many threads at once. Where it fails the key is
 * missing.
 */
@FunctionalInterface
public interface KeyResolver {

	/**
	 * Return whose count it is.
	 * @param caller who is calling
	 * @return any text, such as the name of a tenant; {@code null} if it is missing
	 */
	@Nullable String resolve(Caller caller);

}

package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Finds the plan of a caller, where it is another than {@value Caller#AUTHENTICATED} or
 * {@value Caller#ANONYMOUS}. Beans of this type are asked in their order until one knows.
 * <p>
 * Asked once for each request that comes to a tier with plans, by many threads at once.
 * Where it fails the caller is on none of its plans.
 */
@FunctionalInterface
public interface PlanResolver {

	/**
	 * Return the plan of a caller.
	 * @param caller who is calling
	 * @return the plan's name, {@code null} if this resolver does not know
	 */
	@Nullable String resolve(Caller caller);

}

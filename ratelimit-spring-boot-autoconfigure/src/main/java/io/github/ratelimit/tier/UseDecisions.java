package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for uses that were asked for together.
 *
 * @param whole the decision on all
 * @param each what was decided for each use, in their order; {@code null} for one that is
 * only watched and was not asked for, because others were refused
 */
public record UseDecisions(RateLimitDecision whole, List<@Nullable RateLimitDecision> each) {

	/**
	 * Copy the list.
	 */
	public UseDecisions {
		each = Collections.unmodifiableList(new ArrayList<>(each));
	}

	/**
	 * Return what was decided for each use.
	 * @param asked what was asked for each
	 */
	static UseDecisions of(JointDecision decision, List<Acquisition> asked) {
		List<@Nullable RateLimitDecision> each = new ArrayList<>(asked.size());
		for (Acquisition acquisition : asked) {
			each.add(part(decision, acquisition));
		}
		return new UseDecisions(decision.whole(), each);
	}

	private static @Nullable RateLimitDecision part(JointDecision decision, Acquisition asked) {
		for (JointDecision.Part part : decision.parts()) {
			if (part.acquisition() == asked) {
				return part.decision();
			}
		}
		return null;
	}

}

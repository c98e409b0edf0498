package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.observation.Word;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of where a key stands.
 *
 * @param tier name of the tier
 * @param key the key
 * @param counts its counts, limit by limit. The key has one count for each name and
 * algorithm of a limit, whatever its plan; each plan's limit sees it in its own way
 */
public record KeyDescriptor(String tier, String key, List<CountDescriptor> counts) implements OperationResponseBody {

	/**
	 * Description of where a key stands under a limit of a plan.
	 *
	 * @param endpoint method or route the count is for, {@code null} for one that is for
	 * calls that name none
	 * @param plan name of the plan
	 * @param limit the limit
	 * @param remaining units left, {@code null} if the store could not tell
	 * @param resetAfter time until all units are back, {@code null} if the store could
	 * not tell
	 * @param source who told
	 */
	public record CountDescriptor(@Nullable String endpoint, String plan, LimitDescriptor limit,
			@Nullable Long remaining, @Nullable Duration resetAfter, String source) {

		static List<CountDescriptor> of(KeyCounts.Counter counter, RateLimitDecision decision) {
			if (decision.limits().isEmpty()) {
				return counter.limits().stream().map((limit) -> of(counter, limit, null, decision)).toList();
			}
			return decision.limits().stream().map((status) -> of(counter, status.limit(), status, decision)).toList();
		}

		private static CountDescriptor of(KeyCounts.Counter counter, Limit limit, @Nullable LimitStatus status,
				RateLimitDecision decision) {
			return new CountDescriptor(counter.endpoint(), counter.plan(), LimitDescriptor.of(limit),
					(status != null) ? status.remaining() : null, (status != null) ? status.resetAfter() : null,
					Word.of(decision.source()));
		}

	}

}

package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where a key stands with several limits, taken together.
 */
final class LimitStatuses {

	private LimitStatuses() {
	}

	static boolean isOneRefused(List<LimitStatus> limits) {
		for (LimitStatus status : limits) {
			if (status.refused()) {
				return true;
			}
		}
		return false;
	}

	static @Nullable LimitStatus tightest(List<LimitStatus> limits) {
		LimitStatus tightest = null;
		for (LimitStatus status : limits) {
			if (tightest == null || LimitStatus.TIGHTEST_FIRST.compare(status, tightest) < 0) {
				tightest = status;
			}
		}
		return tightest;
	}

	/**
	 * Return the longest wait, {@code null} if one of them never ends.
	 */
	static @Nullable Duration longestWait(List<LimitStatus> limits) {
		Duration longest = Duration.ZERO;
		for (LimitStatus status : limits) {
			Duration wait = status.retryAfter();
			if (wait == null) {
				return null;
			}
			longest = (wait.compareTo(longest) > 0) ? wait : longest;
		}
		return longest;
	}

	static List<String> refusedBy(List<LimitStatus> limits) {
		List<String> names = new ArrayList<>(1);
		for (LimitStatus status : limits) {
			if (status.refused()) {
				names.add(status.limit().name());
			}
		}
		return List.copyOf(names);
	}

}

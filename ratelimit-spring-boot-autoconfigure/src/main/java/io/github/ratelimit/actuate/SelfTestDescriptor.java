package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of a self-test.
 *
 * @param passed whether the store decided each request as it should
 * @param limiter name of the limiter
 * @param key the scratch key
 * @param limit the limit
 * @param decisions the decisions, in order
 * @param error why it ended early or the key could not be reset, {@code null} if neither
 */
public record SelfTestDescriptor(boolean passed, String limiter, String key, LimitDescriptor limit,
		List<SelfTestDecisionDescriptor> decisions, @Nullable String error) implements OperationResponseBody {

	/**
	 * Description of a decision of a self-test.
	 *
	 * @param expected whether the request should have been allowed
	 * @param allowed whether it was
	 * @param remaining units left, {@code null} if nobody could tell
	 * @param retryAfter least wait after which the request would be allowed, {@code null}
	 * if nobody could tell
	 * @param source who decided
	 * @param latency how long it took
	 */
	public record SelfTestDecisionDescriptor(boolean expected, boolean allowed, @Nullable Long remaining,
			@Nullable Duration retryAfter, String source, Duration latency) {

	}

}

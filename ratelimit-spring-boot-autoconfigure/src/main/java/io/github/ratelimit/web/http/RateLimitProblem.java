package io.github.ratelimit.web.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * The body of a refusal, or of an error in what the caller says of itself or of its cost:
 * a problem document (RFC 9457) with the members that clients of older limiters look for.
 * Nothing in it comes from the caller.
 *
 * @param type what kind of problem this is, an address
 * @param title the kind in words
 * @param status status code of the response
 * @param detail what to do about it
 * @param violatedPolicies names of the limits that refused, as header fields have them
 * @param error the title again, in the words older clients know
 * @param message the detail again
 * @param retryAfter whole seconds to wait, at least 1; {@code null} if the same request
 * can never be allowed
 * @param limit units the tightest limit gives at most, {@code null} where nobody could
 * tell
 * @param rate how fast its units come back, {@code null} where nobody could tell
 */
public record RateLimitProblem(String type, String title, int status, String detail, List<String> violatedPolicies,
		String error, String message, @Nullable Long retryAfter, @Nullable Long limit, @Nullable String rate) {

	/**
	 * Media type of the body.
	 */
	public static final String MEDIA_TYPE = "application/problem+json";

	private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

	private static final Pattern WINDOW = Pattern.compile("(\\d*)(ms|s|m|h|d|w|month)");

	private static final Map<String, String> UNITS = Map.of("ms", "millisecond", "s", "second", "m", "minute", "h",
			"hour", "d", "day", "w", "week", "month", "month");

	private static final int BAD_REQUEST = 400;

	private static final int UNAUTHORIZED = 401;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int SERVICE_UNAVAILABLE = 503;

	// Soon: the store is tried the moment it comes back, to refuse until then costs
	// nothing, and a longer wait would send all callers back together
	private static final long UNAVAILABLE_RETRY_AFTER = 1;

	/**
	 * Copy the list.
	 */
	public RateLimitProblem {
		violatedPolicies = List.copyOf(violatedPolicies);
	}

	/**
	 * Return the problem that a refusal is.
	 * @param decision the refusal
	 * @return status 429, or 503 if the decision is {@link Outcome#UNAVAILABLE}
	 */
	public static RateLimitProblem of(RateLimitDecision decision) {
		return of(decision, (status) -> status.limit().name());
	}

	/**
	 * Return the problem that a refusal is.
	 * @param decision the refusal
	 * @param names gives what a limit is called in responses
	 * @return status 429, or 503 if the decision is {@link Outcome#UNAVAILABLE}
	 */
	public static RateLimitProblem of(RateLimitDecision decision, Function<LimitStatus, String> names) {
		return (decision.outcome() == Outcome.UNAVAILABLE) ? unavailable() : exceeded(decision, names);
	}

	/**
	 * Return the problem of a request whose header field does not tell its cost.
	 * @param header name of the header field
	 * @return status 400
	 */
	public static RateLimitProblem invalidCost(String header) {
		String detail = "The header field " + header + " must be sent once, with a whole number from 0 to "
				+ Long.MAX_VALUE + ".";
		return new RateLimitProblem("about:blank", "Bad Request", BAD_REQUEST, detail, List.of(), "Bad request", detail,
				null, null, null);
	}

	/**
	 * Return the problem of a request that does not tell whose count it is charged to.
	 * @param status status of the response, 400 or 401
	 * @param headers names of the header fields that could tell, empty if none could
	 * @return the problem, with that status
	 */
	public static RateLimitProblem missingKey(int status, List<String> headers) {
		String title = (status == UNAUTHORIZED) ? "Unauthorized" : "Bad Request";
		String detail = "The request does not tell whose limit it counts towards."
				+ ((headers.isEmpty()) ? "" : " Send the header field " + String.join(" or ", headers) + " once.");
		return new RateLimitProblem("about:blank", title, status, detail, List.of(),
				(status == UNAUTHORIZED) ? title : "Bad request", detail, null, null, null);
	}

	private static RateLimitProblem unavailable() {
		String detail = "The service cannot check its limits at present. " + retry(UNAVAILABLE_RETRY_AFTER);
		return new RateLimitProblem(TYPES + "temporary-reduced-capacity", "Temporary reduced capacity",
				SERVICE_UNAVAILABLE, detail, List.of(), "Service unavailable", detail, UNAVAILABLE_RETRY_AFTER, null,
				null);
	}

	private static RateLimitProblem exceeded(RateLimitDecision decision, Function<LimitStatus, String> names) {
		Duration wait = decision.retryAfter();
		Long seconds = (wait != null) ? Math.max(1, Seconds.roundedUp(wait)) : null;
		String detail = (seconds != null) ? "Too many requests. " + retry(seconds)
				: "The request asks for more than its limit ever allows at once.";
		List<String> violatedPolicies = decision.limits()
			.stream()
			.filter(LimitStatus::refused)
			.map(names)
			.distinct()
			.toList();
		LimitStatus tightest = decision.tightest();
		return new RateLimitProblem(TYPES + "quota-exceeded", "Quota exceeded", TOO_MANY_REQUESTS, detail,
				violatedPolicies, "Rate limit exceeded", detail, seconds,
				(tightest != null) ? tightest.limit().burst() : null,
				(tightest != null) ? describe(tightest.limit().rate()) : null);
	}

	private static String retry(long seconds) {
		return "Please try again in " + seconds + ((seconds != 1) ? " seconds." : " second.");
	}

	/**
	 * Return a rate in words, such as {@code 2 requests/second} or
	 * {@code 1 request/2 seconds}.
	 */
	private static String describe(Rate rate) {
		String window = rate.toString().substring(rate.toString().indexOf('/') + 1);
		Matcher amountAndUnit = WINDOW.matcher(window);
		String requests = rate.quota() + ((rate.quota() != 1) ? " requests/" : " request/");
		if (!amountAndUnit.matches()) {
			return requests + window;
		}
		String amount = amountAndUnit.group(1);
		String unit = UNITS.get(amountAndUnit.group(2));
		return requests + ((amount.isEmpty()) ? unit : amount + " " + unit + "s");
	}

}

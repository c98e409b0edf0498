package io.github.ratelimit.web.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;

/**
 * The header fields of a limited response. Immutable.
 * <p>
 * Waits are told in whole seconds, rounded up: who waits that long is never early. All
 * that is told comes from configuration and counts, nothing from the caller.
 */
public final class RateLimitHeaders {

	private final Set<HeaderStyle> styles;

	/**
	 * Create the header fields of some styles.
	 * @param styles the styles; none is the same as {@link HeaderStyle#NONE}
	 */
	public RateLimitHeaders(Collection<HeaderStyle> styles) {
		this.styles = (styles.isEmpty()) ? EnumSet.noneOf(HeaderStyle.class) : EnumSet.copyOf(styles);
	}

	/**
	 * Return the fields for what was decided for a request. The tightest limit shows; the
	 * draft's fields list all.
	 * @param limits where the caller stands with all limits, in the order they were asked
	 * @param now the time
	 * @return the fields, empty if nobody knows where the caller stands
	 */
	public List<HeaderField> fields(List<PolicyStatus> limits, Instant now) {
		List<HeaderField> fields = new ArrayList<>();
		limits.stream().map(PolicyStatus::status).min(LimitStatus.TIGHTEST_FIRST).ifPresent((tightest) -> {
			for (HeaderStyle style : this.styles) {
				switch (style) {
					case RATELIMIT ->
						addTriple(fields, "RateLimit-", tightest, Seconds.roundedUp(tightest.resetAfter()));
					case X_RATELIMIT ->
						addTriple(fields, "X-RateLimit-", tightest, Seconds.epochRoundedUp(now, tightest.resetAfter()));
					case DRAFT -> addDraft(fields, limits);
					case NONE -> {
					}
				}
			}
		});
		return fields;
	}

	private static void addTriple(List<HeaderField> fields, String prefix, LimitStatus status, long reset) {
		fields.add(new HeaderField(prefix + "Limit", Long.toString(status.limit().burst())));
		fields.add(new HeaderField(prefix + "Remaining", Long.toString(status.remaining())));
		fields.add(new HeaderField(prefix + "Reset", Long.toString(reset)));
	}

	/**
	 * Add the draft's fields: of several answers about one policy the last holds.
	 */
	private static void addDraft(List<HeaderField> fields, List<PolicyStatus> limits) {
		Map<String, PolicyStatus> latest = new LinkedHashMap<>();
		limits.forEach((policy) -> latest.put(policy.name(), policy));
		fields.add(new HeaderField("RateLimit-Policy",
				latest.values().stream().map(RateLimitHeaders::policy).collect(Collectors.joining(", "))));
		fields.add(new HeaderField("RateLimit",
				latest.values().stream().map(RateLimitHeaders::state).collect(Collectors.joining(", "))));
	}

	private static String policy(PolicyStatus policy) {
		Limit limit = policy.status().limit();
		return "\"" + policy.name() + "\";q=" + limit.burst() + ";w=" + Seconds.toFill(limit);
	}

	private static String state(PolicyStatus policy) {
		return "\"" + policy.name() + "\";r=" + policy.status().remaining() + ";t="
				+ Seconds.roundedUp(policy.status().resetAfter());
	}

}

package io.github.ratelimit.web.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

	private static final Names RATELIMIT = Names.of("RateLimit-");

	private static final Names X_RATELIMIT = Names.of("X-RateLimit-");

	private final List<HeaderStyle> styles;

	/**
	 * Create the header fields of some styles.
	 * @param styles the styles; none is the same as {@link HeaderStyle#NONE}
	 */
	public RateLimitHeaders(Collection<HeaderStyle> styles) {
		this.styles = (styles.isEmpty()) ? List.of() : List.copyOf(EnumSet.copyOf(styles));
	}

	/**
	 * Return the fields for what was decided for a request. The tightest limit shows; the
	 * draft's fields list all.
	 * @param limits where the caller stands with all limits, in the order they were asked
	 * @param now the time
	 * @return the fields, empty if nobody knows where the caller stands
	 */
	public List<HeaderField> fields(List<PolicyStatus> limits, Instant now) {
		return fields(limits, InstantSource.fixed(now));
	}

	/**
	 * Return the fields for what was decided for a request, as above.
	 * @param limits where the caller stands with all limits, in the order they were asked
	 * @param clock the time, asked for fields that tell it
	 * @return the fields, empty if nobody knows where the caller stands
	 */
	public List<HeaderField> fields(List<PolicyStatus> limits, InstantSource clock) {
		if (limits.isEmpty()) {
			return List.of();
		}
		LimitStatus tightest = tightest(limits);
		List<HeaderField> fields = new ArrayList<>(3);
		for (HeaderStyle style : this.styles) {
			switch (style) {
				case RATELIMIT -> addTriple(fields, RATELIMIT, tightest, Seconds.roundedUp(tightest.resetAfter()));
				case X_RATELIMIT -> addTriple(fields, X_RATELIMIT, tightest,
						Seconds.epochRoundedUp(clock.instant(), tightest.resetAfter()));
				case DRAFT -> addDraft(fields, limits);
				case NONE -> {
				}
			}
		}
		return fields;
	}

	private static LimitStatus tightest(List<PolicyStatus> limits) {
		LimitStatus tightest = limits.get(0).status();
		for (int i = 1; i < limits.size(); i++) {
			LimitStatus status = limits.get(i).status();
			tightest = (LimitStatus.TIGHTEST_FIRST.compare(status, tightest) < 0) ? status : tightest;
		}
		return tightest;
	}

	private static void addTriple(List<HeaderField> fields, Names names, LimitStatus status, long reset) {
		fields.add(new HeaderField(names.limit(), Long.toString(status.limit().burst())));
		fields.add(new HeaderField(names.remaining(), Long.toString(status.remaining())));
		fields.add(new HeaderField(names.reset(), Long.toString(reset)));
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

	/**
	 * Names of three fields.
	 */
	private record Names(String limit, String remaining, String reset) {

		static Names of(String prefix) {
			return new Names(prefix + "Limit", prefix + "Remaining", prefix + "Reset");
		}

	}

}

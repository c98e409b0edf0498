package io.github.ratelimit.web.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;

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
		write(tightest.limit().burst(), tightest.remaining(), tightest.resetAfter(), () -> limits, clock,
				(name, value) -> fields.add(new HeaderField(name, value)));
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

	/**
	 * Write the fields for what was decided for a request, as above, and make nothing
	 * else.
	 * @param tightest the decision by the tightest limit
	 * @param limits where the caller stands with all limits, asked for fields that list
	 * them
	 * @param clock the time, asked for fields that tell it
	 * @param fields given the name and value of each field, nothing if nobody knows where
	 * the caller stands
	 */
	public void write(RateLimitDecision tightest, Supplier<List<PolicyStatus>> limits, InstantSource clock,
			BiConsumer<String, String> fields) {
		long limit = tightest.limit();
		if (limit >= 0) {
			write(limit, tightest.remaining(), tightest.resetAfter(), limits, clock, fields);
		}
	}

	private void write(long limit, long remaining, Duration resetAfter, Supplier<List<PolicyStatus>> limits,
			InstantSource clock, BiConsumer<String, String> fields) {
		for (int i = 0; i < this.styles.size(); i++) {
			switch (this.styles.get(i)) {
				case RATELIMIT -> writeTriple(fields, RATELIMIT, limit, remaining, Seconds.roundedUp(resetAfter));
				case X_RATELIMIT -> writeTriple(fields, X_RATELIMIT, limit, remaining,
						Seconds.epochRoundedUp(clock.instant(), resetAfter));
				case DRAFT -> writeDraft(fields, limits.get());
				case NONE -> {
				}
			}
		}
	}

	private static void writeTriple(BiConsumer<String, String> fields, Names names, long limit, long remaining,
			long reset) {
		fields.accept(names.limit(), Long.toString(limit));
		fields.accept(names.remaining(), Long.toString(remaining));
		fields.accept(names.reset(), Long.toString(reset));
	}

	/**
	 * Write the draft's fields: of several answers about one policy the last holds.
	 */
	private static void writeDraft(BiConsumer<String, String> fields, List<PolicyStatus> limits) {
		Map<String, PolicyStatus> latest = new LinkedHashMap<>();
		limits.forEach((policy) -> latest.put(policy.name(), policy));
		fields.accept("RateLimit-Policy",
				latest.values().stream().map(RateLimitHeaders::policy).collect(Collectors.joining(", ")));
		fields.accept("RateLimit",
				latest.values().stream().map(RateLimitHeaders::state).collect(Collectors.joining(", ")));
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

package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.benchmarks.DashboardPanel.Query;
import io.github.ratelimit.observation.RateLimitMeter;
import io.github.ratelimit.observation.RateLimitMeter.DecisionTag;
import io.github.ratelimit.observation.RateLimitMeter.ErrorTag;
import io.github.ratelimit.observation.RateLimitMeter.ServiceTag;
import io.github.ratelimit.observation.RateLimitMeter.StateTag;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;

/**
 * The graphs of the dashboard: who is let through, how long that takes, and how the store
 * is.
 */
final class DashboardPanels {

	private static final PrometheusNamingConvention NAMES = new PrometheusNamingConvention();

	private static final String REQUESTS = "Requests";

	private static final String TIME = "Time";

	private static final String STORE = "Store";

	private static final String PER_SECOND = "reqps";

	private static final String SECONDS = "s";

	private static final String SHARE = "percentunit";

	private static final String NUMBER = "short";

	private DashboardPanels() {
	}

	static List<DashboardPanel> all() {
		return Stream.of(requests(), clients(), times(), store(), instances()).flatMap(List::stream).toList();
	}

	/**
	 * Return the name of a meter that each tier has.
	 */
	static String decisions() {
		return name(RateLimitMeter.ALLOWED);
	}

	private static List<DashboardPanel> requests() {
		String allowed = rate(RateLimitMeter.ALLOWED, DecisionTag.TIER);
		String blocked = rate(RateLimitMeter.BLOCKED, DecisionTag.TIER);
		return List.of(
				new DashboardPanel(REQUESTS, "Allowed and blocked", "Requests each second, all tiers together",
						PER_SECOND,
						List.of(new Query(rate(RateLimitMeter.ALLOWED), "allowed"),
								new Query(rate(RateLimitMeter.BLOCKED), "blocked"))),
				new DashboardPanel(REQUESTS, "Share of blocked requests", "Of all requests of a tier", SHARE,
						List.of(new Query(blocked + " / (" + blocked + " + " + allowed + ")", "{{tier}}"))),
				new DashboardPanel(REQUESTS, "Allowed by tier and plan", "Requests each second that went on",
						PER_SECOND,
						List.of(new Query(rate(RateLimitMeter.ALLOWED, DecisionTag.TIER, DecisionTag.PLAN),
								"{{tier}} {{plan}}"))),
				new DashboardPanel(REQUESTS, "Blocked by tier and plan", "Requests each second that were turned away",
						PER_SECOND,
						List.of(new Query(rate(RateLimitMeter.BLOCKED, DecisionTag.TIER, DecisionTag.PLAN),
								"{{tier}} {{plan}}"))),
				new DashboardPanel(REQUESTS, "Beyond limits that are only watched",
						"Requests each second that went on because the limit they are beyond is only watched",
						PER_SECOND,
						List.of(new Query(rate(RateLimitMeter.SHADOW_BLOCKED, DecisionTag.TIER, DecisionTag.PLAN),
								"{{tier}} {{plan}}"))),
				new DashboardPanel(REQUESTS, "Active clients",
						"Distinct clients in the last one to two minutes; one that several instances serve is counted by each",
						NUMBER, List.of(new Query("sum(" + name(RateLimitMeter.ACTIVE_CLIENTS) + ")", "clients"))));
	}

	private static List<DashboardPanel> clients() {
		return List.of(new DashboardPanel(REQUESTS, "Allowed by client",
				"Requests each second that went on, of clients that have a rule of their own; for services alone",
				PER_SECOND, List.of(new Query(rate(RateLimitMeter.ALLOWED, ServiceTag.CLIENT), "{{client}}"))),
				new DashboardPanel(REQUESTS, "Blocked by client and endpoint",
						"Requests each second that were turned away, of clients that have a rule of their own; for services alone",
						PER_SECOND,
						List.of(new Query(rate(RateLimitMeter.BLOCKED, ServiceTag.CLIENT, ServiceTag.ENDPOINT),
								"{{client}} {{endpoint}}"))));
	}

	private static List<DashboardPanel> times() {
		String duration = name(RateLimitMeter.CHECK_DURATION);
		return List.of(
				new DashboardPanel(TIME, "Time to decide",
						"Percentiles over all decisions, the store's answer included", SECONDS,
						Stream.of("0.50", "0.95", "0.99")
							.map((quantile) -> new Query("histogram_quantile(" + quantile + ", sum by (le) "
									+ rate(duration + "_bucket") + ")", "p" + quantile.substring(2)))
							.toList()),
				new DashboardPanel(TIME, "Mean and slowest, by who decided", "The slowest of the last minutes", SECONDS,
						List.of(new Query(by(DecisionTag.STORE) + rate(duration + "_sum") + " / "
								+ by(DecisionTag.STORE) + rate(duration + "_count"), "{{store}} mean"),
								new Query("max by (store) (" + duration + "_max" + tiers() + ")",
										"{{store}} slowest"))));
	}

	private static List<DashboardPanel> store() {
		String count = name(RateLimitMeter.CHECK_DURATION) + "_count";
		return List.of(
				new DashboardPanel(STORE, "Errors of the store", "Each second, by what it was asked", PER_SECOND,
						List.of(new Query(by(ErrorTag.OPERATION) + "(rate(" + name(RateLimitMeter.REDIS_ERRORS)
								+ "[$__rate_interval]))", "{{operation}}"))),
				new DashboardPanel(STORE, "Decided without the store", "Share of decisions left to the failure mode",
						SHARE,
						List.of(new Query(
								"sum(rate(" + count + "{store=\"failure-mode\"}[$__rate_interval])) / sum(rate(" + count
										+ "[$__rate_interval]))",
								"failure mode"))),
				new DashboardPanel(STORE, "Circuit breaker", "Instances in each state", NUMBER,
						List.of(new Query(by(StateTag.STATE) + "(" + name(RateLimitMeter.CIRCUIT_BREAKER_STATE) + ")",
								"{{state}}"))),
				new DashboardPanel(STORE, "Failures in a row", "The most that an instance has", NUMBER,
						List.of(new Query("max(" + name(RateLimitMeter.CIRCUIT_BREAKER_FAILURES) + ")", "failures"))));
	}

	private static List<DashboardPanel> instances() {
		return List.of(
				new DashboardPanel(STORE, "Time until the store is tried again", "The longest that an instance waits",
						SECONDS,
						List.of(new Query("max(" + name(RateLimitMeter.CIRCUIT_BREAKER_NEXT_TRY) + ")", "next try"))),
				new DashboardPanel(STORE, "Instances", "Instances that share the limits, as last seen", NUMBER,
						List.of(new Query("max(" + name(RateLimitMeter.INSTANCES) + ")", "instances"))));
	}

	/**
	 * Return the name that Prometheus prints, of a timer without what it appends to it.
	 */
	private static String name(RateLimitMeter meter) {
		// The only gauge of a time has no type of its own
		boolean time = meter.getType() == Meter.Type.TIMER || meter == RateLimitMeter.CIRCUIT_BREAKER_NEXT_TRY;
		String name = NAMES.name(meter.getName(), meter.getType(), (time) ? "seconds" : null);
		return (meter.getType() == Meter.Type.COUNTER) ? name + "_total" : name;
	}

	private static String rate(RateLimitMeter meter, KeyName... tags) {
		return by(tags) + rate(name(meter));
	}

	private static String rate(String name) {
		return "(rate(" + name + tiers() + "[$__rate_interval]))";
	}

	private static String by(KeyName... tags) {
		return (tags.length == 0) ? "sum"
				: Stream.of(tags).map(KeyName::asString).collect(Collectors.joining(", ", "sum by (", ") "));
	}

	private static String tiers() {
		return "{" + DecisionTag.TIER.asString() + "=~\"$tier\"}";
	}

}

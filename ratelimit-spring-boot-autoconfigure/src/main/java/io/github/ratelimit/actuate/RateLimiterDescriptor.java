package io.github.ratelimit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Limit;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.actuate.LimitDescriptor.LeaseDescriptor;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.observation.RateLimitStatistics.Decisions;
import io.github.ratelimit.observation.Word;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of the rate limiter.
 *
 * @param store where counts are kept
 * @param tiers the tiers, by name
 * @param rules where rules come from
 * @param total what was decided in all
 * @param errors how often the store could not do what it was asked
 * @param checks what is likely a mistake, a bounded number
 */
public record RateLimiterDescriptor(StoreDescriptor store, Map<String, TierDescriptor> tiers, RulesDescriptor rules,
		Decisions total, ErrorsDescriptor errors, List<CheckDescriptor> checks) implements OperationResponseBody {

	static RateLimiterDescriptor of(StoreStatus store, TierRateLimiters limiters, RateLimitStatistics statistics,
			Findings findings) {
		Map<String, TierDescriptor> tiers = new LinkedHashMap<>();
		limiters.tiers()
			.forEach((tier) -> tiers.put(tier.name(),
					TierDescriptor.of(tier, gate(tier, limiters), store.leaseTime(), statistics)));
		return new RateLimiterDescriptor(StoreDescriptor.of(store), tiers, RulesDescriptor.of(limiters.rules()),
				statistics.total(), ErrorsDescriptor.of(statistics.errors()),
				findings.all().stream().map(CheckDescriptor::of).toList());
	}

	/**
	 * Return the gate that is asked together with a tier: one of them in shadow is asked
	 * apart.
	 */
	private static @Nullable Tier gate(Tier tier, TierRateLimiters limiters) {
		Tier gate = (tier.gate() != null) ? limiters.tier(tier.gate()) : null;
		return (gate != null && gate.enforcement() == tier.enforcement()) ? gate : null;
	}

	/**
	 * Description of something that is likely a mistake.
	 *
	 * @param code the stable code of what was looked for
	 * @param severity what comes of it
	 * @param detail what was found and where
	 * @param remedy what to do about it
	 */
	public record CheckDescriptor(String code, String severity, String detail, String remedy) {

		static CheckDescriptor of(Finding finding) {
			return new CheckDescriptor(finding.check().code(), Word.of(finding.severity()), finding.detail(),
					finding.check().remedy());
		}

	}

	/**
	 * Description of the store.
	 *
	 * @param kind kind of store: {@code redis}, {@code memory} or {@code custom}
	 * @param connected whether it answers
	 * @param host where its server is
	 * @param serverVersion what its server says of its version
	 * @param degradedSince since when decisions are left to the failure mode,
	 * {@code null} while they are not
	 * @param circuitBreaker the circuit breaker before it, {@code null} where there is
	 * none
	 * @param instances instances of the application that use it, as last seen,
	 * {@code null} where nobody counts them
	 * @param warnings what in the configuration of its server puts counts at risk
	 */
	public record StoreDescriptor(String kind, boolean connected, @Nullable String host, @Nullable String serverVersion,
			@Nullable Instant degradedSince, @Nullable CircuitBreakerDescriptor circuitBreaker,
			@Nullable Integer instances, List<String> warnings) {

		static StoreDescriptor of(StoreStatus status) {
			CircuitBreakerStatus circuitBreaker = status.circuitBreaker();
			return new StoreDescriptor(status.kind(), status.connected(), status.host(), status.serverVersion(),
					status.degradedSince(),
					(circuitBreaker != null) ? CircuitBreakerDescriptor.of(circuitBreaker) : null, status.instances(),
					status.warnings());
		}

	}

	/**
	 * Description of the circuit breaker before the store.
	 *
	 * @param state whether the store is asked: {@code closed}, {@code open} or
	 * {@code half-open}
	 * @param failures times in a row the store could not decide
	 * @param untilNextTry time until the store is asked whether it decides again,
	 * {@code null} while the circuit breaker is closed
	 * @param lastFailure why the store could not decide when it was last asked,
	 * {@code null} if it could
	 */
	public record CircuitBreakerDescriptor(String state, int failures, @Nullable Duration untilNextTry,
			@Nullable String lastFailure) {

		static CircuitBreakerDescriptor of(CircuitBreakerStatus status) {
			Duration untilNextTry = status.untilNextTry();
			return new CircuitBreakerDescriptor(Word.of(status.state()), status.failures(),
					(untilNextTry != null) ? untilNextTry.truncatedTo(ChronoUnit.MILLIS) : null, status.lastFailure());
		}

	}

	/**
	 * Description of where rules come from.
	 *
	 * @param source where: {@code configuration}, {@code repository} or {@code copy}
	 * @param number how many there are, those of the configuration included
	 * @param readAt when they were last seen to be those of the repository, {@code null}
	 * for those of the configuration
	 * @param failingSince since when they cannot be read from the repository,
	 * {@code null} while they can
	 * @param error why they cannot, {@code null} while they can
	 * @param skipped what the repository keeps and cannot be used, and why
	 */
	public record RulesDescriptor(String source, int number, @Nullable Instant readAt, @Nullable Instant failingSince,
			@Nullable String error, List<SkippedRule> skipped) {

		static RulesDescriptor of(Rules rules) {
			RulesStatus status = rules.status();
			return new RulesDescriptor(Word.of(status.source()), rules.current().all().size(), status.readAt(),
					status.failingSince(), status.error(), status.skipped());
		}

	}

	/**
	 * Description of a tier.
	 *
	 * @param key whose count a request is charged to
	 * @param scope what one count is for
	 * @param failureMode what happens while the store cannot decide
	 * @param enforcement whether refusals are obeyed
	 * @param plans the plans, by name, the tier's own limit as {@code default}
	 */
	public record TierDescriptor(String key, String scope, String failureMode, String enforcement,
			Map<String, PlanDescriptor> plans) {

		static TierDescriptor of(Tier tier, @Nullable Tier gate, @Nullable Duration leaseTime,
				RateLimitStatistics statistics) {
			Map<String, PlanDescriptor> plans = new LinkedHashMap<>();
			tier.limitsByPlan()
				.forEach((plan, limits) -> plans.put(plan,
						PlanDescriptor.of(limits, gate, leaseTime, statistics.plan(tier.name(), plan))));
			return new TierDescriptor(tier.key().toString(), Word.of(tier.scope()), Word.of(tier.failureMode()),
					Word.of(tier.enforcement()), plans);
		}

	}

	/**
	 * Description of a plan of a tier.
	 *
	 * @param limits the limits of its callers
	 * @param statistics what was decided for them
	 */
	public record PlanDescriptor(List<LimitDescriptor> limits, Decisions statistics) {

		private static PlanDescriptor of(List<Limit> limits, @Nullable Tier gate, @Nullable Duration leaseTime,
				Decisions statistics) {
			return new PlanDescriptor(limits.stream()
				.map((limit) -> LimitDescriptor.of(limit, LeaseDescriptor.of(limit, limits, gate, leaseTime)))
				.toList(), statistics);
		}

	}

	/**
	 * Description of what the store could not do.
	 *
	 * @param total number of errors
	 * @param operations number of errors by what was asked, {@code acquire},
	 * {@code settle} or {@code reset}
	 */
	public record ErrorsDescriptor(long total, Map<String, Long> operations) {

		static ErrorsDescriptor of(SortedMap<String, Long> operations) {
			return new ErrorsDescriptor(operations.values().stream().mapToLong(Long::longValue).sum(), operations);
		}

	}

}

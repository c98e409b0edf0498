package io.github.ratelimit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ShownKey;
import io.github.ratelimit.lease.LeaseTerms;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.observation.RateLimitStatistics.Decisions;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows the store, the tiers and what was decided, tells
 * where a key stands, resets it, and tests the store.
 * <p>
 * Statistics are those of this instance since its start. Words are written as in the
 * configuration. What an operation cannot do because the store does not answer ends with
 * the store's exception.
 */
@Endpoint(id = "ratelimiter", defaultAccess = Access.READ_ONLY)
public final class RateLimiterEndpoint {

	private final TierRateLimiters limiters;

	private final RateLimitStore store;

	private final RateLimitStatistics statistics;

	private final Findings findings;

	private final UnaryOperator<String> canonicalKeys;

	private final KeyCounts counts;

	private final SelfTest selfTest;

	/**
	 * Create an endpoint.
	 * @param limiters the tiers' limiters
	 * @param store where counts are kept
	 * @param statistics what was decided
	 * @param findings what is likely a mistake
	 * @param canonicalKeys makes of a key, in any spelling, the one that is counted
	 */
	public RateLimiterEndpoint(TierRateLimiters limiters, RateLimitStore store, RateLimitStatistics statistics,
			Findings findings, UnaryOperator<String> canonicalKeys) {
		this.limiters = Objects.requireNonNull(limiters, "limiters must not be null");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.statistics = Objects.requireNonNull(statistics, "statistics must not be null");
		this.findings = Objects.requireNonNull(findings, "findings must not be null");
		this.canonicalKeys = Objects.requireNonNull(canonicalKeys, "canonicalKeys must not be null");
		this.counts = new KeyCounts(limiters);
		this.selfTest = new SelfTest(store);
	}

	/**
	 * Return the store, the tiers, and what was decided.
	 * @return the report
	 */
	@ReadOperation
	public RateLimiterDescriptor rateLimiter() {
		Map<String, TierDescriptor> tiers = new LinkedHashMap<>();
		StoreStatus status = this.store.status();
		this.limiters.tiers().forEach((tier) -> tiers.put(tier.name(), describe(tier, status.leaseTime())));
		return new RateLimiterDescriptor(StoreDescriptor.of(status), tiers, RulesDescriptor.of(this.limiters.rules()),
				this.statistics.total(), ErrorsDescriptor.of(this.statistics.errors()),
				this.findings.all().stream().map(CheckDescriptor::of).toList());
	}

	private TierDescriptor describe(Tier tier, @Nullable Duration leaseTime) {
		Map<String, PlanDescriptor> plans = new LinkedHashMap<>();
		tier.limitsByPlan()
			.forEach((plan, limits) -> plans.put(plan,
					new PlanDescriptor(limits.stream()
						.map((limit) -> LimitDescriptor.of(limit, LeaseDescriptor.of(limit, limits, leaseTime)))
						.toList(), this.statistics.plan(tier.name(), plan))));
		return new TierDescriptor(tier.key().toString(), word(tier.scope()), word(tier.failureMode()),
				word(tier.enforcement()), plans);
	}

	/**
	 * Return where a key stands, without charging it.
	 * @param tier name of the tier
	 * @param key the key, such as {@code user:alice}
	 * @return the key's counts
	 * @throws UnknownTierException if there is no such tier
	 * @throws IllegalArgumentException if the key is blank
	 */
	@ReadOperation
	public KeyDescriptor key(@Selector String tier, @Selector String key) {
		String canonical = this.canonicalKeys.apply(key);
		return new KeyDescriptor(tier, ShownKey.of(canonical), this.counts.peek(tier, canonical));
	}

	/**
	 * Forget what was charged to a key, so that it has all its units again.
	 * @param tier name of the tier
	 * @param key the key, such as {@code user:alice}
	 * @return what was reset
	 * @throws UnknownTierException if there is no such tier
	 * @throws IllegalArgumentException if the key is blank
	 */
	@DeleteOperation
	public ResetDescriptor resetKey(@Selector String tier, @Selector String key) {
		String canonical = this.canonicalKeys.apply(key);
		this.counts.reset(tier, canonical);
		return new ResetDescriptor(tier, ShownKey.of(canonical));
	}

	/**
	 * Make real decisions on a scratch key of a limiter of its own, and reset it. They
	 * are in no statistics; errors of the store are.
	 * @return what was decided, and whether that is right
	 */
	@WriteOperation
	public SelfTestDescriptor selfTest() {
		return this.selfTest.run();
	}

	static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

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
			return new CheckDescriptor(finding.check().code(), word(finding.severity()), finding.detail(),
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
			return new RulesDescriptor(word(status.source()), rules.current().all().size(), status.readAt(),
					status.failingSince(), status.error(), status.skipped());
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
	 */
	public record CircuitBreakerDescriptor(String state, int failures, @Nullable Duration untilNextTry) {

		static CircuitBreakerDescriptor of(CircuitBreakerStatus status) {
			Duration untilNextTry = status.untilNextTry();
			return new CircuitBreakerDescriptor(word(status.state()), status.failures(),
					(untilNextTry != null) ? untilNextTry.truncatedTo(ChronoUnit.MILLIS) : null);
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

	}

	/**
	 * Description of a plan of a tier.
	 *
	 * @param limits the limits of its callers
	 * @param statistics what was decided for them
	 */
	public record PlanDescriptor(List<LimitDescriptor> limits, Decisions statistics) {

	}

	/**
	 * Description of a limit.
	 *
	 * @param name its name
	 * @param rate how fast units come back, such as {@code 2/s}
	 * @param burst units that may be used at once
	 * @param algorithm how units are counted
	 * @param zone time zone whose calendar windows follow, {@code null} for none
	 * @param lease how its units are drawn in advance, {@code null} for one that is
	 * always decided strictly
	 */
	public record LimitDescriptor(String name, String rate, long burst, String algorithm, @Nullable String zone,
			@Nullable LeaseDescriptor lease) {

		/**
		 * Create a description of a limit that is always decided strictly.
		 */
		LimitDescriptor(String name, String rate, long burst, String algorithm, @Nullable String zone) {
			this(name, rate, burst, algorithm, zone, null);
		}

		static LimitDescriptor of(Limit limit) {
			return of(limit, null);
		}

		static LimitDescriptor of(Limit limit, @Nullable LeaseDescriptor lease) {
			return new LimitDescriptor(limit.name(), limit.rate().toString(), limit.burst(), word(limit.algorithm()),
					(limit.zone() != null) ? limit.zone().getId() : null, lease);
		}

	}

	/**
	 * Description of how units of a limit are drawn in advance.
	 *
	 * @param time for how long they are, {@code null} where none are drawn
	 * @param strictBecause why each decision asks the store all the same, {@code null}
	 * where it need not
	 */
	public record LeaseDescriptor(@Nullable Duration time, @Nullable String strictBecause) {

		/**
		 * Return how a limit is leased.
		 * @param limit the limit
		 * @param all all limits that a request is charged to, this one among them
		 * @param longest longest lease time, {@code null} where nothing is drawn
		 */
		static @Nullable LeaseDescriptor of(Limit limit, List<Limit> all, @Nullable Duration longest) {
			if (limit.mode() == LimitMode.STRICT) {
				return null;
			}
			if (longest == null) {
				return new LeaseDescriptor(null, "nothing is drawn in advance: the store is not Redis,"
						+ " or 'ratelimit.redis.leases.enabled' is false");
			}
			LeaseTerms terms = LeaseTerms.of(limit, longest);
			if (terms != null) {
				return (all.stream().allMatch((other) -> LeaseTerms.of(other, longest) != null))
						? new LeaseDescriptor(terms.duration(), null)
						: new LeaseDescriptor(null, "another limit that holds with it is strict");
			}
			return new LeaseDescriptor(null,
					"too small: leases need a burst of %d units, and %d ms to be a tenth of the time in which it comes back"
						.formatted(LeaseTerms.SMALLEST_BURST, LeaseTerms.SHORTEST.toMillis()));
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

	/**
	 * Description of where a key stands.
	 *
	 * @param tier name of the tier
	 * @param key the key
	 * @param counts its counts, limit by limit. The key has one count for each name and
	 * algorithm of a limit, whatever its plan; each plan's limit sees it in its own way
	 */
	public record KeyDescriptor(String tier, String key,
			List<CountDescriptor> counts) implements OperationResponseBody {

	}

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
					word(decision.source()));
		}

	}

	/**
	 * Description of what was reset.
	 *
	 * @param tier name of the tier
	 * @param key the key
	 */
	public record ResetDescriptor(String tier, String key) implements OperationResponseBody {

	}

	/**
	 * Description of a self-test.
	 *
	 * @param passed whether the store decided each request as it should
	 * @param limiter name of the limiter
	 * @param key the scratch key
	 * @param limit the limit
	 * @param decisions the decisions, in order
	 * @param error why it ended early or the key could not be reset, {@code null} if
	 * neither
	 */
	public record SelfTestDescriptor(boolean passed, String limiter, String key, LimitDescriptor limit,
			List<SelfTestDecisionDescriptor> decisions, @Nullable String error) implements OperationResponseBody {

	}

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

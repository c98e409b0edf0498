package io.github.ratelimit.actuate;

import java.util.Objects;
import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ShownKey;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.tier.TierRateLimiters;

import org.springframework.boot.actuate.endpoint.Access;
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
		return RateLimiterDescriptor.of(this.store.status(), this.limiters, this.statistics, this.findings);
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

}

package io.github.ratelimit.client;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

/**
 * Decides while the service cannot be asked. Locally each limit key has a count of its
 * own, as it has in the service.
 */
final class FailureModeDecisions {

	private final RateLimitServiceClientSettings settings;

	private final InstantSource clock;

	private final JointRateLimiter local = new JointRateLimiter(InMemoryRateLimitStore.create(),
			new RateLimitListener() {
			});

	FailureModeDecisions(RateLimitServiceClientSettings settings, InstantSource clock) {
		this.settings = settings;
		this.clock = clock;
	}

	ServiceDecision decide(ServiceCheck check) {
		return switch (this.settings.failureMode()) {
			case LOCAL -> locally(List.of(check)).get(0);
			case OPEN -> ServiceDecision.untold(Outcome.UNCHECKED, DecidedBy.FAILURE_MODE);
			case CLOSED -> ServiceDecision.untold(Outcome.UNAVAILABLE, DecidedBy.FAILURE_MODE);
		};
	}

	ServiceBatchDecision decideEach(List<ServiceCheck> checks) {
		return ServiceBatchDecision.of(checks.stream().map(this::decide).toList());
	}

	ServiceBatchDecision decideTogether(List<ServiceCheck> checks) {
		return (this.settings.failureMode() == FailureMode.LOCAL) ? ServiceBatchDecision.of(locally(checks))
				: decideEach(checks);
	}

	private List<ServiceDecision> locally(List<ServiceCheck> checks) {
		JointDecision decision = this.local.tryAcquire(checks.stream().map(this::acquisition).toList());
		return decision.parts().stream().map((part) -> decision(part.decision())).toList();
	}

	private Acquisition acquisition(ServiceCheck check) {
		String limitKey = check.limitKeyOrGlobal();
		Limit global = Objects.requireNonNull(this.settings.localLimits().get(ServiceCheck.GLOBAL));
		Limit limit = this.settings.localLimits().getOrDefault(limitKey, global);
		return new Acquisition(RateLimiterSettings.of(limitKey, limit), check.clientId(), check.cost());
	}

	private ServiceDecision decision(RateLimitDecision local) {
		LimitStatus tightest = Objects.requireNonNull(local.tightest());
		return new ServiceDecision(local.outcome(), DecidedBy.LOCAL, local.limit(), tightest.limit().rate().window(),
				local.remaining(), local.retryAfter(), this.clock.instant().plus(tightest.resetAfter()));
	}

}

package io.github.ratelimit.sample;

import java.time.Duration;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;

import org.springframework.stereotype.Component;

/**
 * Limits of agents that are built in code, in the store that the application has: that in
 * Redis where one is configured, else that in memory.
 */
@Component
class AgentLimits {

	private final RateLimiter authentication;

	private final RateLimiter role;

	private final Secrets secrets;

	AgentLimits(RateLimitStore store, Secrets secrets) {
		this.authentication = RateLimiter.of("agent-auth", store,
				Limit.of(60, Duration.ofMinutes(1)).withAlgorithm(Algorithm.SLIDING_WINDOW));
		this.role = RateLimiter.of("agent-role", store,
				Limit.of(10, Duration.ofMinutes(1)).withAlgorithm(Algorithm.SLIDING_WINDOW));
		this.secrets = secrets;
	}

	/**
	 * Count an authentication, or throw.
	 */
	void authenticating(String token) {
		this.authentication.checkOrThrow("token:" + this.secrets.hash(token));
	}

	/**
	 * Count that an agent takes a role, or throw.
	 * @return how often it may do so again at once
	 */
	long takingRole(String agent) {
		return this.role.checkOrThrow("agent:" + agent).remaining();
	}

	/**
	 * Let an agent take roles as if it never had.
	 */
	void forgetRoles(String agent) {
		this.role.reset("agent:" + agent);
	}

}

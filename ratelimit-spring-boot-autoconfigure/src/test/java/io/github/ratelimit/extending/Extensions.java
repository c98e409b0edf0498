package io.github.ratelimit.extending;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.identity.ApiKeyPlans;
import io.github.ratelimit.identity.KeyResolver;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.web.http.RateLimitProblem;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What an application may put in place of what the starter does.
 */
@Configuration(proxyBeanMethods = false)
class Extensions {

	@Bean
	KeyResolver tenant() {
		return (caller) -> {
			List<String> tenant = caller.details().headers("X-Tenant");
			return (tenant.size() == 1) ? tenant.get(0) : null;
		};
	}

	@Bean
	PlanResolver internalPlan() {
		return (caller) -> (caller.address() != null && caller.address().address().startsWith("10.")) ? "internal"
				: null;
	}

	@Bean
	ApiKeyPlans apiKeyPlans() {
		Map<String, String> plans = Map.of("a-long-key-of-acme", "partner");
		return plans::get;
	}

	@Bean
	RateLimitResponseWriter plainAnswer() {
		return (request, response, decision) -> {
			RateLimitProblem problem = RateLimitProblem.of(decision);
			response.setStatus(problem.status());
			if (problem.retryAfter() != null) {
				response.setHeader("Retry-After", String.valueOf(problem.retryAfter()));
			}
			response.setContentType("text/plain");
			response.getWriter().write("Slow down");
		};
	}

	@Bean
	RefusedCalls refusedCalls() {
		return new RefusedCalls();
	}

	/**
	 * Counts refusals.
	 */
	static class RefusedCalls implements RateLimitListener {

		private final LongAdder refused = new LongAdder();

		@Override
		public boolean ignores(Outcome outcome) {
			return outcome != Outcome.REFUSED;
		}

		@Override
		public void onDecision(RateLimitEvent event) {
			this.refused.increment();
		}

		long count() {
			return this.refused.sum();
		}

	}

}

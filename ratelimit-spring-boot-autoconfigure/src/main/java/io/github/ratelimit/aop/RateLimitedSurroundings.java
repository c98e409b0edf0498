package io.github.ratelimit.aop;

import java.util.List;

import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerDetails;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierGate;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * What limited calls meet around them.
 *
 * @param gate who decides
 * @param callerResolvers who knows the caller, asked in this order
 * @param requestDecisions who knows what was decided for the HTTP request, {@code null}
 * where nobody does
 * @param expressionSupport what all expressions share
 * @param web whether there are HTTP requests
 */
record RateLimitedSurroundings(TierGate gate, List<CallerResolver> callerResolvers,
		@Nullable RequestDecisionsSource requestDecisions, StandardEvaluationContext expressionSupport, boolean web) {

	private static final Caller NOBODY = new Caller(null, null);

	static boolean isWeb(@Nullable ClassLoader classLoader) {
		return ClassUtils.isPresent("org.springframework.web.context.request.RequestContextHolder", classLoader);
	}

	Caller caller() {
		Caller found = NOBODY;
		for (CallerResolver resolver : this.callerResolvers) {
			Caller caller = resolver.resolve();
			if (caller != null) {
				found = new Caller((found.principal() != null) ? found.principal() : caller.principal(),
						(found.address() != null) ? found.address() : caller.address(),
						(found.details() != CallerDetails.NONE) ? found.details() : caller.details());
			}
		}
		return found;
	}

	@Nullable RequestDecisions decisions() {
		return (this.requestDecisions != null) ? this.requestDecisions.current() : null;
	}

	/**
	 * Return the HTTP request in progress on this thread, if any.
	 */
	@Nullable Object request() {
		return (this.web) ? WebRequest.current() : null;
	}

	/**
	 * Apart because the types may be missing.
	 */
	private static final class WebRequest {

		private WebRequest() {
		}

		static @Nullable Object current() {
			RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
			return (attributes != null) ? attributes.resolveReference(RequestAttributes.REFERENCE_REQUEST) : null;
		}

	}

}

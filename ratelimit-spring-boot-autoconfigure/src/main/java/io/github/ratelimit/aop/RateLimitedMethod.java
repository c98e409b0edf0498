package io.github.ratelimit.aop;

import java.util.List;

/**
 * A method that is limited. Immutable.
 *
 * @param annotated the method
 * @param returnsStage whether a refusal can be returned, as a failed stage
 * @param operations what is asked of each call, in order, at least one
 */
record RateLimitedMethod(AnnotatedMethod annotated, boolean returnsStage, List<RateLimitedOperation> operations) {

	RateLimitedMethod(AnnotatedMethod annotated, List<RateLimitedOperation> operations) {
		this(annotated, annotated.returnsStage(), operations);
	}

}

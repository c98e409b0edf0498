package io.github.ratelimit.aop;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.tier.TierCall;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

/**
 * What one {@link RateLimited @RateLimited} asks of calls of one method. Immutable.
 *
 * @param annotated the method
 * @param tier name of the tier
 * @param when whether a call is limited, {@code null} if each is
 * @param cost units a call takes
 * @param key whose count it is, {@code null} to leave that to the tier
 * @param charge whether a call stays charged when it is over, {@code null} if each does
 * @param fallback what answers a refused call, {@code null} if nothing does
 */
record RateLimitedOperation(AnnotatedMethod annotated, String tier, @Nullable RateLimitedExpression when,
		RateLimitedCost cost, @Nullable RateLimitedExpression key, @Nullable RateLimitedCharge charge,
		@Nullable FallbackMethod fallback) {

	/**
	 * Read an annotation.
	 * @throws InvalidRateLimitedException if it cannot do what it says
	 */
	static RateLimitedOperation of(MergedAnnotation<RateLimited> annotation, AnnotatedMethod annotated) {
		String tier = annotation.getString("value");
		if (!StringUtils.hasText(tier)) {
			throw new InvalidRateLimitedException(annotated.place() + " names no tier.",
					"Name one, such as @RateLimited(\"api\").");
		}
		String fallback = annotation.getString("fallbackMethod");
		return new RateLimitedOperation(annotated, tier, expression("when", annotation, annotated),
				RateLimitedCost.parse(annotation.getString("cost"), annotated),
				expression("key", annotation, annotated), charge(annotation, annotated),
				(StringUtils.hasText(fallback)) ? FallbackMethod.find(fallback, annotated) : null);
	}

	private static @Nullable RateLimitedCharge charge(MergedAnnotation<RateLimited> annotation,
			AnnotatedMethod annotated) {
		RateLimitedExpression expression = expression("charge", annotation, annotated);
		if (expression == null) {
			return null;
		}
		Class<?> unseen = annotated.unseenType();
		if (unseen != null && (expression.mentions("result") || expression.mentions("exception"))) {
			throw new InvalidRateLimitedException(
					expression + " looks at the result or exception, which is not known: the method returns a "
							+ unseen.getSimpleName() + ", and what that comes to is not seen.",
					"Let it look at status alone, or annotate the method that does the work.");
		}
		return new RateLimitedCharge(expression);
	}

	private static @Nullable RateLimitedExpression expression(String attribute,
			MergedAnnotation<RateLimited> annotation, AnnotatedMethod annotated) {
		String text = annotation.getString(attribute);
		return (StringUtils.hasText(text)) ? RateLimitedExpression.parse(attribute, text, annotated) : null;
	}

	/**
	 * Return whether a call is limited by this.
	 * @throws IllegalArgumentException if the expression gives something of no use
	 */
	boolean isLimited(RateLimitedCall call) {
		if (this.when == null) {
			return true;
		}
		Object value = this.when.evaluate(call.context());
		if (value instanceof Boolean limited) {
			return limited;
		}
		throw this.when.unusable("true or false", (value != null) ? "a " + value.getClass().getName() : "null");
	}

	/**
	 * Return what a call asks of the tier.
	 * @throws IllegalArgumentException if an expression gives something of no use
	 */
	TierCall tierCall(RateLimitedCall call) {
		long units = this.cost.units(call);
		String callKey = (this.key != null) ? key(this.key, call) : null;
		return new TierCall(this.tier, this.annotated.endpoint(), callKey, units, call.caller());
	}

	private static String key(RateLimitedExpression key, RateLimitedCall call) {
		Object value = key.evaluate(call.context());
		String must = "text that is not blank";
		if (value == null) {
			throw key.unusable(must, "null");
		}
		String text = value.toString();
		if (!StringUtils.hasText(text)) {
			throw key.unusable(must, "blank text");
		}
		// The text that an object without any has differs with each object, and so no two
		// calls would share a count.
		if (text.equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()))) {
			throw key.unusable(must, "a " + value.getClass().getName() + ", which has no text of its own");
		}
		return text;
	}

}

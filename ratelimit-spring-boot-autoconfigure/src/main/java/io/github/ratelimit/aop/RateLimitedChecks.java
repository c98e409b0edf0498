package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.ratelimit.aop.SelfCalls.SelfCall;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.Severity;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.Type;

/**
 * Reports what of the annotations is likely a mistake.
 */
final class RateLimitedChecks {

	private final Supplier<Findings> findings;

	RateLimitedChecks(Supplier<Findings> findings) {
		this.findings = findings;
	}

	/**
	 * Report an annotation without effect, whose method is left unlimited.
	 * @throws InvalidRateLimitedException the same, if that must not be
	 */
	void unreachable(InvalidRateLimitedException unreachable) {
		Findings found = this.findings.get();
		if (unreachable.getCheck() == null || found.severity(Check.UNREACHABLE_METHOD) == Severity.ERROR) {
			throw unreachable;
		}
		found.report(Check.UNREACHABLE_METHOD, unreachable.getProblem());
	}

	void early(String beanName, Class<?> beanClass) {
		this.findings.get()
			.report(Check.EARLY_BEAN,
					"Bean '" + beanName + "' is not limited, though " + beanClass.getName()
							+ " is annotated with @RateLimited: it was made before that could be seen to, because a "
							+ "post-processor depends on it, or was registered from outside.");
	}

	/**
	 * Look for methods that are called past their limits, and for calls that are charged
	 * twice.
	 */
	void run(List<RateLimitedClass> classes, TierRateLimiters limiters) {
		for (RateLimitedClass type : classes) {
			type.methods().forEach((method) -> checkTiers(method, limiters));
			checkSelfCalls(type);
		}
	}

	private void checkTiers(RateLimitedMethod method, TierRateLimiters limiters) {
		List<Tier> tiers = method.operations()
			.stream()
			.filter((operation) -> operation.key() == null)
			.map((operation) -> limiters.tier(operation.tier()))
			.toList();
		for (int first = 0; first < tiers.size(); first++) {
			for (Tier second : tiers.subList(first + 1, tiers.size())) {
				if (tiers.get(first).key().equals(second.key())) {
					this.findings.get()
						.report(Check.CHARGED_TWICE,
								"Calls limited by %s are charged to the same key in tiers '%s' and '%s'."
									.formatted(method.annotated(), tiers.get(first).name(), second.name()));
				}
			}
		}
	}

	private void checkSelfCalls(RateLimitedClass type) {
		Map<String, RateLimitedMethod> limited = type.methods()
			.stream()
			.collect(Collectors.toMap((method) -> signature(method.annotated().method()), (method) -> method,
					(first, second) -> first));
		if (limited.values().stream().noneMatch((method) -> method.annotated().isAnnotatedItself())) {
			return;
		}
		for (SelfCall call : SelfCalls.of(type.type())) {
			RateLimitedMethod called = limited.get(call.name() + call.descriptor());
			if (called != null && called.annotated().isAnnotatedItself()
					&& !isLimitedAlike(limited.get(call.caller() + call.callerDescriptor()), called)) {
				this.findings.get()
					.report(Check.SELF_CALL, "Calls that %s.%s makes to the method with %s are not limited."
						.formatted(type.type().getName(), call.caller(), called.annotated().place()));
			}
		}
	}

	/**
	 * A method that passes its call on, limited as that is, is charged once.
	 */
	private static boolean isLimitedAlike(@Nullable RateLimitedMethod caller, RateLimitedMethod called) {
		return caller != null && tiers(caller).containsAll(tiers(called));
	}

	private static Set<String> tiers(RateLimitedMethod method) {
		return method.operations().stream().map(RateLimitedOperation::tier).collect(Collectors.toSet());
	}

	private static String signature(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

}

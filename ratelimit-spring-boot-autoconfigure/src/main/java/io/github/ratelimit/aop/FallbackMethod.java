package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.github.ratelimit.RateLimitExceededException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The method that answers a refused call instead of the one that was called.
 *
 * @param method the method
 * @param takesException whether its last parameter is the refusal
 */
record FallbackMethod(Method method, boolean takesException) {

	/**
	 * Find the method of the given name that fits. Of two, it is the one that takes the
	 * exception.
	 * @throws InvalidRateLimitedException if there is none
	 */
	static FallbackMethod find(String name, AnnotatedMethod annotated) {
		List<Method> candidates = candidates(name, annotated);
		Class<?>[] plain = annotated.parameterTypes(annotated.method());
		Class<?>[] withException = Arrays.copyOf(plain, plain.length + 1);
		withException[plain.length] = RateLimitExceededException.class;
		for (Class<?>[] parameters : List.of(withException, plain)) {
			for (Method candidate : candidates) {
				if (Arrays.equals(annotated.parameterTypes(candidate), parameters) && ClassUtils
					.isAssignable(annotated.returnType(annotated.method()), annotated.returnType(candidate))) {
					return new FallbackMethod(candidate, parameters == withException);
				}
			}
		}
		throw new InvalidRateLimitedException(problem(name, candidates, annotated),
				remedy(annotated.returnType(annotated.method()).getSimpleName() + " " + name, plain, withException));
	}

	private static List<Method> candidates(String name, AnnotatedMethod annotated) {
		List<Method> candidates = new ArrayList<>();
		ReflectionUtils.doWithMethods(annotated.type(), candidates::add,
				(method) -> method.getName().equals(name) && !method.isBridge() && !method.equals(annotated.method()));
		return candidates;
	}

	private static String problem(String name, List<Method> candidates, AnnotatedMethod annotated) {
		String problem = annotated + " has the fallbackMethod '" + name + "', ";
		if (candidates.isEmpty()) {
			return problem + "which " + AnnotatedMethod.describe(annotated.type()) + " does not have.";
		}
		return problem + "which does not fit: " + candidates.stream()
			.map((method) -> AnnotatedMethod.describe(method) + " returning " + method.getReturnType().getSimpleName())
			.collect(Collectors.joining(", ")) + ".";
	}

	private static String remedy(String declaration, Class<?>[] plain, Class<?>[] withException) {
		return "Declare '" + declaration + AnnotatedMethod.parameters(plain) + "' or '" + declaration
				+ AnnotatedMethod.parameters(withException) + "'.";
	}

	/**
	 * Call the method. What it throws is thrown as it is.
	 */
	@Nullable Object invoke(Object target, @Nullable Object[] arguments, RateLimitExceededException refusal) throws Throwable {
		if (!this.takesException) {
			return AopUtils.invokeJoinpointUsingReflection(target, this.method, arguments);
		}
		@Nullable Object[] extended = Arrays.copyOf(arguments, arguments.length + 1);
		extended[arguments.length] = refusal;
		return AopUtils.invokeJoinpointUsingReflection(target, this.method, extended);
	}

}

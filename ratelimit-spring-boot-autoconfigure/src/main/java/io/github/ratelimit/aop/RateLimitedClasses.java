package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What is limited of the beans' classes, found out once for each. Safe for use by many
 * threads.
 */
final class RateLimitedClasses {

	private final Map<Class<?>, List<RateLimitedClass>> classes = new ConcurrentHashMap<>();

	/**
	 * Return what is limited of beans of a class.
	 * @return empty if nothing is, several of a JDK proxy with several interfaces
	 * @throws InvalidRateLimitedException if an annotation cannot do what it says
	 */
	List<RateLimitedClass> of(Class<?> beanClass) {
		return this.classes.computeIfAbsent(beanClass, RateLimitedClass::of);
	}

	@Nullable RateLimitedMethod find(Method method, Class<?> beanClass) {
		for (RateLimitedClass limited : of(beanClass)) {
			RateLimitedMethod found = limited.find(method);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	/**
	 * Return what is asked of calls of all methods known so far.
	 */
	Stream<RateLimitedOperation> operations() {
		return this.classes.values().stream().flatMap(List::stream).flatMap(RateLimitedClass::operations);
	}

}

package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What is limited of the beans' classes, found out once for each. Safe for use by many
 * threads.
 */
final class RateLimitedClasses {

	private final Map<Class<?>, List<RateLimitedClass>> classes = new ConcurrentHashMap<>();

	private final AnnotatedDeclarations declarations = new AnnotatedDeclarations();

	private final Consumer<InvalidRateLimitedException> unreachable;

	/**
	 * Create an empty set.
	 * @param unreachable takes what has no effect; may throw it
	 */
	RateLimitedClasses(Consumer<InvalidRateLimitedException> unreachable) {
		this.unreachable = unreachable;
	}

	/**
	 * Return what is limited of beans of a class.
	 * @return empty if nothing is, several of a JDK proxy with several interfaces
	 * @throws InvalidRateLimitedException if an annotation cannot do what it says
	 */
	List<RateLimitedClass> of(Class<?> beanClass) {
		return this.classes.computeIfAbsent(beanClass,
				(type) -> RateLimitedClass.of(type, this.declarations, this.unreachable));
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
	 * Return what is limited of all classes known so far.
	 */
	List<RateLimitedClass> all() {
		return this.classes.values().stream().flatMap(List::stream).toList();
	}

	/**
	 * Return what is asked of calls of all methods known so far.
	 */
	Stream<RateLimitedOperation> operations() {
		return all().stream().flatMap(RateLimitedClass::operations);
	}

}

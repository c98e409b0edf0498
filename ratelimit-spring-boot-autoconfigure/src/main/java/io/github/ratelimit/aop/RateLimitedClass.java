package io.github.ratelimit.aop;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.annotation.RateLimited;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The limited methods of a class. Safe for use by many threads.
 * <p>
 * An annotation holds for the method that it stands on and for those that override or
 * implement it; the nearest replaces the others, those of classes before those of
 * interfaces. Where there is none, those of the class hold, or of the nearest type above
 * it that has any, for methods that are not private; those inherited from above that type
 * only if they are public.
 */
final class RateLimitedClass {

	/**
	 * Attributes that tell which calls are limited, and by what.
	 */
	private static final List<String> CALLS = List.of("value", "key", "when", "charge");

	private final Class<?> type;

	private final Map<Method, RateLimitedMethod> limited = new LinkedHashMap<>();

	private final Map<Method, List<RateLimitedMethod>> called = new ConcurrentHashMap<>();

	private RateLimitedClass(Class<?> type, AnnotatedDeclarations declarations,
			Consumer<InvalidRateLimitedException> unreachable) {
		this.type = type;
		Map<Method, AnnotatedElement> sources = new LinkedHashMap<>();
		findAnnotatedMethods(sources, declarations);
		boolean typeIsAnnotated = declarations.isInHierarchy(type);
		if (typeIsAnnotated) {
			findMethodsOfAnnotatedType(sources);
		}
		sources.forEach((method, source) -> {
			AnnotatedMethod annotated = new AnnotatedMethod(this.type, method, source);
			InvalidRateLimitedException ineffective = requireInstanceMethod(annotated);
			if (ineffective != null) {
				unreachable.accept(ineffective);
			}
			else {
				this.limited.put(method, limited(annotated, source));
			}
		});
		if (sources.isEmpty() && typeIsAnnotated) {
			requireEffect(unreachable);
		}
	}

	/**
	 * Return what is limited of beans of a class: of a JDK proxy, by its interfaces.
	 * @param declarations where the annotation stands
	 * @param unreachable takes what has no effect; may throw it
	 * @throws InvalidRateLimitedException if an annotation cannot do what it says
	 */
	static List<RateLimitedClass> of(Class<?> beanClass, AnnotatedDeclarations declarations,
			Consumer<InvalidRateLimitedException> unreachable) {
		Stream<Class<?>> types = (Proxy.isProxyClass(beanClass)) ? Stream.of(beanClass.getInterfaces())
				: Stream.of(ClassUtils.getUserClass(beanClass));
		return types.map((type) -> new RateLimitedClass(type, declarations, unreachable))
			.filter((type) -> !type.limited.isEmpty())
			.toList();
	}

	private void findAnnotatedMethods(Map<Method, AnnotatedElement> sources, AnnotatedDeclarations declarations) {
		declarations.methods(this.type).forEach((method) -> sources.putIfAbsent(mostSpecific(method), method));
		for (Class<?> declaring : ClassUtils.getAllInterfacesForClass(this.type)) {
			declarations.methods(declaring).forEach((method) -> sources.putIfAbsent(mostSpecific(method), method));
		}
	}

	private void findMethodsOfAnnotatedType(Map<Method, AnnotatedElement> sources) {
		List<MergedAnnotation<RateLimited>> annotations = annotations(this.type);
		if (!annotations.isEmpty() && annotations.get(0).getSource() instanceof Class<?> source) {
			Set<String> fallbacks = annotations.stream()
				.map((annotation) -> annotation.getString("fallbackMethod"))
				.collect(Collectors.toSet());
			ReflectionUtils.doWithMethods(this.type, (method) -> sources.putIfAbsent(mostSpecific(method), source),
					(method) -> isMeant(method, source) && !fallbacks.contains(method.getName()));
		}
	}

	/**
	 * Return whether an annotation of a type is for a method. What is not public and was
	 * written above that type is none of its business.
	 */
	private static boolean isMeant(Method method, Class<?> annotated) {
		int modifiers = method.getModifiers();
		return ReflectionUtils.USER_DECLARED_METHODS.matches(method) && !Modifier.isStatic(modifiers)
				&& !ReflectionUtils.isObjectMethod(method) && (Modifier.isPublic(modifiers)
						|| (!Modifier.isPrivate(modifiers) && annotated.isAssignableFrom(method.getDeclaringClass())));
	}

	private void requireEffect(Consumer<InvalidRateLimitedException> unreachable) {
		if (!Modifier.isAbstract(this.type.getModifiers())
				&& MergedAnnotations.from(this.type).isPresent(RateLimited.class)) {
			unreachable.accept(InvalidRateLimitedException.ineffective(
					"@RateLimited on " + AnnotatedMethod.describe(this.type)
							+ " has no effect: the class has no method that is neither private nor static.",
					"Make the methods that it is to limit public, protected or package-private."));
		}
	}

	private static RateLimitedMethod limited(AnnotatedMethod annotated, AnnotatedElement source) {
		List<MergedAnnotation<RateLimited>> annotations = annotations(source);
		Set<List<String>> distinct = new HashSet<>();
		for (MergedAnnotation<RateLimited> annotation : annotations) {
			if (!distinct.add(CALLS.stream().map(annotation::getString).toList())) {
				throw new InvalidRateLimitedException(
						"%s names the tier '%s' twice, for the same calls.".formatted(annotated.place(),
								annotation.getString("value")),
						"Name it once, with the 'cost' that a call takes, or tell the two apart by 'key', 'when' or 'charge'.");
			}
		}
		return new RateLimitedMethod(annotated,
				annotations.stream().map((annotation) -> RateLimitedOperation.of(annotation, annotated)).toList());
	}

	/**
	 * Return the annotations of an element, in the order they stand there. A type without
	 * any has those of the nearest type above it.
	 */
	private static List<MergedAnnotation<RateLimited>> annotations(AnnotatedElement element) {
		SearchStrategy strategy = (element instanceof Class<?>) ? SearchStrategy.TYPE_HIERARCHY : SearchStrategy.DIRECT;
		List<MergedAnnotation<RateLimited>> all = MergedAnnotations.from(element, strategy)
			.stream(RateLimited.class)
			.toList();
		return all.stream()
			.filter((annotation) -> annotation.getAggregateIndex() == all.get(0).getAggregateIndex())
			.toList();
	}

	private Method mostSpecific(Method method) {
		return BridgeMethodResolver.getMostSpecificMethod(method, this.type);
	}

	/**
	 * Find a limited method.
	 * @param method the method, or one that it overrides or implements
	 * @return the method, {@code null} if it is not limited
	 */
	@Nullable RateLimitedMethod find(Method method) {
		if (!method.getDeclaringClass().isAssignableFrom(this.type)) {
			return null;
		}
		List<RateLimitedMethod> found = this.called.computeIfAbsent(method, (key) -> {
			RateLimitedMethod specific = this.limited.get(mostSpecific(key));
			return (specific != null) ? List.of(specific) : List.of();
		});
		return (found.isEmpty()) ? null : found.get(0);
	}

	Stream<RateLimitedOperation> operations() {
		return this.limited.values().stream().flatMap((method) -> method.operations().stream());
	}

	Collection<RateLimitedMethod> methods() {
		return Collections.unmodifiableCollection(this.limited.values());
	}

	Class<?> type() {
		return this.type;
	}

	private static @Nullable InvalidRateLimitedException requireInstanceMethod(AnnotatedMethod annotated) {
		int modifiers = annotated.method().getModifiers();
		if (Modifier.isStatic(modifiers)) {
			return ineffective(annotated, "the method is static", "Make it a method of the instance.");
		}
		if (Modifier.isPrivate(modifiers)) {
			return ineffective(annotated, "the method is private",
					"Make it public, protected or package-private, and call it from another bean.");
		}
		return null;
	}

	/**
	 * Return which methods a subclass, which a class proxy is, cannot intercept.
	 */
	List<InvalidRateLimitedException> notOverridable() {
		return this.limited.values()
			.stream()
			.map((method) -> notOverridable(method.annotated()))
			.filter(Objects::nonNull)
			.toList();
	}

	private @Nullable InvalidRateLimitedException notOverridable(AnnotatedMethod annotated) {
		Method method = annotated.method();
		if (Modifier.isFinal(this.type.getModifiers()) || this.type.isSealed()) {
			String modifier = (this.type.isSealed()) ? "sealed" : "final";
			return ineffective(annotated, AnnotatedMethod.describe(this.type) + " is " + modifier,
					"Remove '" + modifier + "' from the class.");
		}
		// What others made final above an annotated class is not meant by it.
		if (Modifier.isFinal(method.getModifiers()) && annotated.isWithinAnnotated()) {
			return ineffective(annotated, "the method is final", "Remove 'final' from the method.");
		}
		if (isHidden(method)) {
			return ineffective(annotated, "the method is package-private and " + AnnotatedMethod.describe(this.type)
					+ " is of another package", "Make it public or protected.");
		}
		return null;
	}

	private boolean isHidden(Method method) {
		return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0
				&& !method.getDeclaringClass().getPackageName().equals(this.type.getPackageName());
	}

	private static InvalidRateLimitedException ineffective(AnnotatedMethod annotated, String reason, String remedy) {
		return InvalidRateLimitedException.ineffective(
				annotated + " has no effect: " + reason + ", so that no proxy can intercept its calls.", remedy);
	}

}

package io.github.ratelimit.aop;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * A method for which a {@link io.github.ratelimit.annotation.RateLimited @RateLimited}
 * holds, and where that stands. Immutable.
 */
final class AnnotatedMethod {

	static final ParameterNameDiscoverer PARAMETER_NAMES = DefaultParameterNameDiscoverer.getSharedInstance();

	private static final Set<String> UNSEEN = Set.of("java.util.concurrent.Callable",
			"org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask", "org.reactivestreams.Publisher",
			"reactor.core.publisher.Mono", "reactor.core.publisher.Flux");

	private final Class<?> type;

	private final Method method;

	private final AnnotatedElement source;

	private final Method named;

	private final String endpoint;

	/**
	 * Create an annotated method.
	 * @param type class of the bean, or an interface if a proxy is all that is known of
	 * it
	 * @param method the method that runs, declared by the type or inherited
	 * @param source the annotated element: the method, one that it overrides or
	 * implements, or a type
	 */
	AnnotatedMethod(Class<?> type, Method method, AnnotatedElement source) {
		this.type = type;
		this.method = method;
		this.source = source;
		this.named = (source instanceof Method annotated && PARAMETER_NAMES.getParameterNames(annotated) != null)
				? annotated : method;
		this.endpoint = type.getName() + "." + signature(method);
	}

	Class<?> type() {
		return this.type;
	}

	Method method() {
		return this.method;
	}

	/**
	 * Return the method whose parameters expressions can name: the one they are written
	 * at, since one that implements it may call them otherwise.
	 */
	Method named() {
		return this.named;
	}

	/**
	 * Return the names by which expressions know its parameters.
	 * @return the names, empty if they are not known
	 */
	List<String> parameterNames() {
		@Nullable String[] names = PARAMETER_NAMES.getParameterNames(this.named);
		return (names != null) ? Arrays.stream(names).filter(Objects::nonNull).toList() : List.of();
	}

	/**
	 * Return the name that the method has in counts of its own.
	 */
	String endpoint() {
		return this.endpoint;
	}

	/**
	 * Return whether the annotation stands on a method and not on a type.
	 */
	boolean isAnnotatedItself() {
		return this.source instanceof Method;
	}

	/**
	 * Return whether the method is what the annotated type says of itself, and not just
	 * inherited from what others wrote above it.
	 */
	boolean isWithinAnnotated() {
		return !(this.source instanceof Class<?> annotated)
				|| annotated.isAssignableFrom(this.method.getDeclaringClass());
	}

	/**
	 * Return whether a refusal can be returned, as a failed stage.
	 */
	boolean returnsStage() {
		return stageType() != null;
	}

	/**
	 * Return the type of the stage that the method returns, where any can be returned in
	 * its place.
	 * @return {@link CompletionStage} or {@link CompletableFuture}, {@code null} if the
	 * method returns a type of its own, or none of these
	 */
	@Nullable Class<?> stageType() {
		Class<?> returnType = returnType(this.method);
		return (CompletionStage.class.isAssignableFrom(returnType)
				&& returnType.isAssignableFrom(CompletableFuture.class)) ? returnType : null;
	}

	/**
	 * Return the type of what the method returns if it is yet to be done then, by others
	 * who do not tell when it is.
	 * @return {@code null} if all is done, or it is known when it is
	 */
	@Nullable Class<?> unseenType() {
		Class<?> returnType = returnType(this.method);
		for (Class<?> type = returnType; type != null; type = type.getSuperclass()) {
			if (UNSEEN.contains(type.getName())) {
				return returnType;
			}
		}
		return (ClassUtils.getAllInterfacesForClassAsSet(returnType)
			.stream()
			.anyMatch((type) -> UNSEEN.contains(type.getName()))) ? returnType : null;
	}

	/**
	 * Return a method's return type, as far as the bean's class knows it.
	 */
	Class<?> returnType(Method method) {
		return ResolvableType.forMethodReturnType(method, this.type).toClass();
	}

	/**
	 * Return the types of a method's parameters, as far as the bean's class knows them.
	 */
	Class<?>[] parameterTypes(Method method) {
		Class<?>[] types = new Class<?>[method.getParameterCount()];
		for (int i = 0; i < types.length; i++) {
			types[i] = ResolvableType.forMethodParameter(method, i, this.type).toClass();
		}
		return types;
	}

	/**
	 * Return where the annotation stands.
	 */
	String place() {
		return "@RateLimited on "
				+ ((this.source instanceof Method annotated) ? describe(annotated) : describe((Class<?>) this.source));
	}

	/**
	 * Return where the annotation stands and, if that is elsewhere, the method it holds
	 * for.
	 */
	@Override
	public String toString() {
		return (this.source.equals(this.method)) ? place() : place() + ", for " + describe(this.method);
	}

	static String describe(Class<?> type) {
		return ((type.isInterface()) ? "interface " : "class ") + type.getName();
	}

	static String describe(Method method) {
		return "method " + method.getDeclaringClass().getName() + "." + signature(method);
	}

	private static String signature(Method method) {
		return method.getName() + parameters(method.getParameterTypes());
	}

	static String parameters(Class<?>... types) {
		return Arrays.stream(types).map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
	}

}

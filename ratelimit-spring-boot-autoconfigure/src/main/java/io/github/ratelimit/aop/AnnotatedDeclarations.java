package io.github.ratelimit.aop;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.annotation.RateLimited;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ReflectionUtils;

/**
 * Where {@link RateLimited @RateLimited} stands, looked for once in each class and
 * interface: beans share most of what is above them. Safe for use by many threads.
 */
final class AnnotatedDeclarations {

	private final Map<Class<?>, List<Method>> methods = new ConcurrentHashMap<>();

	private final Map<Class<?>, Boolean> types = new ConcurrentHashMap<>();

	/**
	 * Return the annotated methods of a class and the classes above it, without those of
	 * interfaces, or of an interface and those above it.
	 */
	List<Method> methods(Class<?> type) {
		List<Method> known = this.methods.get(type);
		if (known != null) {
			return known;
		}
		List<Method> methods = new ArrayList<>(0);
		for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
			// A class comes with the default methods of its interfaces.
			if (method.getDeclaringClass().isInterface() == type.isInterface()
					&& ReflectionUtils.USER_DECLARED_METHODS.matches(method) && isAnnotated(method)) {
				methods.add(method);
			}
		}
		if (type.isInterface()) {
			for (Class<?> above : type.getInterfaces()) {
				methods.addAll(methods(above));
			}
		}
		else if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
			methods.addAll(methods(type.getSuperclass()));
		}
		List<Method> found = List.copyOf(methods);
		this.methods.put(type, found);
		return found;
	}

	/**
	 * Return whether a type is annotated, or one above it, as far as can be seen.
	 */
	boolean isInHierarchy(Class<?> type) {
		Boolean known = this.types.get(type);
		if (known != null) {
			return known;
		}
		boolean found = mayBeAnnotated(type) || (type.getSuperclass() != null && isInHierarchy(type.getSuperclass()));
		for (Class<?> above : type.getInterfaces()) {
			found = found || isInHierarchy(above);
		}
		this.types.put(type, found);
		return found;
	}

	private static boolean mayBeAnnotated(Class<?> type) {
		try {
			return isAnnotated(type);
		}
		catch (RuntimeException | LinkageError ex) {
			// Another annotation cannot be read, which whoever looks closer can leave out
			return true;
		}
	}

	/**
	 * Most elements have no annotation at all, which is known at once.
	 */
	private static boolean isAnnotated(AnnotatedElement element) {
		return element.getDeclaredAnnotations().length > 0
				&& MergedAnnotations.from(element).isPresent(RateLimited.class);
	}

}

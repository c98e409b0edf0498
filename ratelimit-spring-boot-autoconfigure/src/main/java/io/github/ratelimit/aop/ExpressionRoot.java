package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * What expressions see besides the arguments.
 */
interface ExpressionRoot {

	/**
	 * Return the bean, without its proxy.
	 */
	Object getTarget();

	/**
	 * Return the method of the bean's class.
	 */
	Method getMethod();

	/**
	 * Return the arguments.
	 */
	@Nullable Object[] getArgs();

	/**
	 * Return who is calling, {@code null} if it is not known.
	 */
	@Nullable Principal getAuthentication();

	/**
	 * Return the HTTP request in progress, {@code null} if there is none.
	 */
	@Nullable Object getRequest();

}

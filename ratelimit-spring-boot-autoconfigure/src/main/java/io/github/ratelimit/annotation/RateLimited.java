package io.github.ratelimit.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a method of a Spring bean may be called, by the limits of a tier. On a
 * class it holds for each method of the bean that is not private and has no such
 * annotation of its own, inherited public ones included, except {@code equals},
 * {@code hashCode} and {@code toString}; on a controller that includes its handlers of
 * exceptions. On an interface or a superclass it holds for what implements or extends
 * that, and in another annotation for whatever has that one.
 * <p>
 * A refused call throws {@link io.github.ratelimit.RateLimitExceededException}, which
 * over HTTP is answered with status 429; nothing is charged for it. A method declared to
 * return a {@link java.util.concurrent.CompletionStage} or
 * {@link java.util.concurrent.CompletableFuture} returns a failed one instead; one that
 * returns a type of its own derived from these throws. Repeated, all tiers are decided
 * together: a call is charged to all of them, or to none. The decision is made on the
 * thread of the call, before a transaction begins, a cache is asked or method security
 * is: who may not call is charged too, so a key that callers share is better guarded by
 * the web layer.
 * <p>
 * As with all that is put around a bean, calls that an object makes to itself are not
 * limited, and a method must not be private, static or final; where it is, the
 * application does not start.
 * <p>
 * Expressions are of the Spring Expression Language. They see the method's arguments by
 * name ({@code #userId}) and position ({@code #a0}), {@code authentication} (of Spring
 * Security, else the request's principal) and {@code request} (the HTTP request); both
 * are {@code null} where there are none. Beans are {@code @name}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@Repeatable(RateLimited.List.class)
public @interface RateLimited {

	/**
	 * Name of the tier.
	 * @return the name
	 */
	String value();

	/**
	 * Expression for the key: whose count the call is charged to. It must not give
	 * {@code null} or blank text, or an object that has no text of its own. By default
	 * the tier's key.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * Expression for the cost: units the call takes, a whole number that is not negative.
	 * A call that costs 0 is never refused. Where the expression gives anything else, or
	 * fails, that is an error in the log, and the call goes on and is charged nothing.
	 * @return the expression
	 */
	String cost() default "1";

	/**
	 * Expression for whether a call that was made counts. It sees {@code result} too,
	 * what the method has returned or its stage was completed with ({@code null} if it
	 * threw), {@code exception}, what it threw ({@code null} if it did not), and
	 * {@code status}, the status of the HTTP response ({@code null} if there is none):
	 * with {@code status == 401} failed logins count and good ones do not, with
	 * {@code exception == null} only calls that succeed count. By default each call does.
	 * {@code #result}, {@code #exception} and {@code #status} are the same, unless a
	 * parameter of the method has that name, which then is the parameter.
	 * <p>
	 * A call is charged before it is made, so that calls at the same time cannot exceed
	 * the limit, and that is given back if the expression says {@code false}: when the
	 * response is complete if it mentions {@code status}, else when the method has
	 * returned or its stage is complete; when both are if it may look at all three, as
	 * with {@code #root} handed to a bean. What a route has charged for the same tier and
	 * key stays charged. Where the expression gives anything else than true or false, or
	 * fails, that is an error in the log and the charge stays.
	 * <p>
	 * A method declared to return a {@link java.util.concurrent.CompletionStage} or
	 * {@link java.util.concurrent.CompletableFuture} returns one that completes as its
	 * own does once the charge is decided, so that what depends on it may call again; to
	 * cancel it cancels that of the method. What a {@link java.util.concurrent.Callable},
	 * a {@code DeferredResult}, a {@code WebAsyncTask}, a {@code Mono}, a {@code Flux} or
	 * another {@code Publisher} comes to is not seen: of a method that returns such, an
	 * expression may look at {@code status} alone, or the application does not start.
	 * @return the expression
	 */
	String charge() default "";

	/**
	 * Expression for whether the call is limited at all. By default it is.
	 * @return the expression
	 */
	String when() default "";

	/**
	 * Name of a method of the same class that answers a refused call instead. It has the
	 * same parameters and returns the same type, or one derived from it; it may have one
	 * more parameter at the end, a
	 * {@link io.github.ratelimit.RateLimitExceededException}. It may be private, and is
	 * not limited itself when it answers.
	 * @return the name
	 */
	String fallbackMethod() default "";

	/**
	 * Several {@link RateLimited @RateLimited} on one element.
	 */
	@Target({ ElementType.TYPE, ElementType.METHOD })
	@Retention(RetentionPolicy.RUNTIME)
	@Inherited
	@Documented
	@interface List {

		/**
		 * The annotations.
		 * @return the annotations
		 */
		RateLimited[] value();

	}

}

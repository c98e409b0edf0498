package io.github.ratelimit.identity;

import java.security.Principal;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Someone who makes a request.
 *
 * @param principal who it is, {@code null} for somebody who has not said
 * @param address network address the request came from, {@code null} for a call that did
 * not come over a network
 * @param details what the request tells besides
 */
public record Caller(@Nullable Principal principal, @Nullable ClientAddress address, CallerDetails details) {

	/**
	 * Plan of callers who said who they are.
	 */
	public static final String AUTHENTICATED = "authenticated";

	/**
	 * Plan of callers who did not.
	 */
	public static final String ANONYMOUS = "anonymous";

	/**
	 * Create a caller.
	 */
	public Caller {
		Objects.requireNonNull(details, "details must not be null");
	}

	/**
	 * Create a caller of whom nothing else is known.
	 * @param principal who it is, {@code null} for somebody who has not said
	 * @param address network address the request came from, {@code null} for none
	 */
	public Caller(@Nullable Principal principal, @Nullable ClientAddress address) {
		this(principal, address, CallerDetails.NONE);
	}

	/**
	 * Return whether it is known who this is.
	 * @return {@code true} if the caller has a principal with a name
	 */
	public boolean isAuthenticated() {
		return this.principal != null && this.principal.getName() != null && !this.principal.getName().isBlank();
	}

	/**
	 * Return the built-in plan of this caller.
	 * @return {@value #AUTHENTICATED} or {@value #ANONYMOUS}
	 */
	public String plan() {
		return (isAuthenticated()) ? AUTHENTICATED : ANONYMOUS;
	}

	/**
	 * Return whether this is somebody who made a request, and no code of the application
	 * that calls by itself.
	 * @return {@code true} if there is a request, or an address it came from
	 */
	public boolean cameOverNetwork() {
		return this.address != null || this.details != CallerDetails.NONE;
	}

}

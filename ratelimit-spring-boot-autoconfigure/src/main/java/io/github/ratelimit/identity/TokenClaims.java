package io.github.ratelimit.identity;

import java.security.Principal;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Knows what a verified token says of its bearer.
 */
@FunctionalInterface
public interface TokenClaims {

	/**
	 * Nobody's token was verified.
	 */
	TokenClaims NONE = (principal) -> Map.of();

	/**
	 * Return the claims of the token that proved who a caller is.
	 * @param principal who is calling, {@code null} if it is not known
	 * @return the claims by their names, empty if there is no such token
	 */
	Map<String, Object> of(@Nullable Principal principal);

	/**
	 * Return whether a token is a signed one, and has proved who a caller is.
	 * @param principal who is calling, {@code null} if it is not known
	 * @param token the token as the caller sent it
	 * @return {@code true} if the part behind its last dot is a signature that was
	 * verified
	 */
	default boolean isVerifiedSignature(@Nullable Principal principal, String token) {
		return false;
	}

	/**
	 * Return a claim as text.
	 * @param principal who is calling, {@code null} if it is not known
	 * @param name the claim's name
	 * @return the text, {@code null} if it is missing, blank, or neither text nor a
	 * number nor a boolean
	 */
	default @Nullable String text(@Nullable Principal principal, String name) {
		Object value = of(principal).get(name);
		String text = (value instanceof CharSequence || value instanceof Number || value instanceof Boolean)
				? value.toString() : null;
		return (text != null && !text.isBlank()) ? text : null;
	}

}

package io.github.ratelimit.identity;

import java.security.Principal;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/**
 * Finds the claims of tokens that Spring Security has verified: those of a JWT, of an
 * opaque token that was looked up, or of a login with OpenID Connect.
 */
public final class SecurityTokenClaims implements TokenClaims {

	@Override
	public Map<String, Object> of(@Nullable Principal principal) {
		if (!(principal instanceof Authentication authentication) || !authentication.isAuthenticated()) {
			return Map.of();
		}
		Map<String, Object> claims = claims(authentication.getPrincipal());
		return (claims.isEmpty()) ? claims(authentication.getCredentials()) : claims;
	}

	@Override
	public boolean isVerifiedSignature(@Nullable Principal principal, String token) {
		return principal instanceof Authentication authentication && authentication.isAuthenticated()
				&& (isSigned(authentication.getPrincipal(), token) || isSigned(authentication.getCredentials(), token));
	}

	/**
	 * Return whether a token is that of a holder of claims, which a JWT is.
	 */
	private static boolean isSigned(@Nullable Object holder, String token) {
		return holder instanceof AbstractOAuth2Token signed && holder instanceof ClaimAccessor
				&& token.equals(signed.getTokenValue());
	}

	private static Map<String, Object> claims(@Nullable Object holder) {
		if (holder instanceof ClaimAccessor token) {
			return token.getClaims();
		}
		return (holder instanceof OAuth2AuthenticatedPrincipal principal) ? principal.getAttributes() : Map.of();
	}

}

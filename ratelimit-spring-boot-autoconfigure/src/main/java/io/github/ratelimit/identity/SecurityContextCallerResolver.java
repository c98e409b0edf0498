package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Finds the caller in Spring Security's context of this thread, for calls that did not
 * come over HTTP. Anonymous authentication is nobody.
 */
public final class SecurityContextCallerResolver implements CallerResolver {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	@Override
	public @Nullable Caller resolve() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (this.trust.isAuthenticated(authentication)) ? new Caller(authentication, null) : null;
	}

}

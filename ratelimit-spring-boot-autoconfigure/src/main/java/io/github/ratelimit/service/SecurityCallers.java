package io.github.ratelimit.service;

import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Knows callers by the authorities that they have with Spring Security.
 */
public final class SecurityCallers implements CallerSource {

	private final String checkAuthority;

	private final String adminAuthority;

	/**
	 * Create a source.
	 * @param checkAuthority authority to ask for decisions
	 * @param adminAuthority authority for everything
	 */
	public SecurityCallers(String checkAuthority, String adminAuthority) {
		this.checkAuthority = Objects.requireNonNull(checkAuthority, "checkAuthority must not be null");
		this.adminAuthority = Objects.requireNonNull(adminAuthority, "adminAuthority must not be null");
	}

	@Override
	public @Nullable ServiceCaller find(HttpServletRequest request) {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication == null || !authentication.isAuthenticated()
				|| authentication instanceof AnonymousAuthenticationToken) {
			return null;
		}
		Access access = (has(authentication, this.adminAuthority)) ? Access.ADMIN
				: (has(authentication, this.checkAuthority)) ? Access.CHECK : Access.OPEN;
		return new ServiceCaller(authentication.getName(), access);
	}

	private static boolean has(Authentication authentication, String authority) {
		return authentication.getAuthorities().stream().map(GrantedAuthority::getAuthority).anyMatch(authority::equals);
	}

}

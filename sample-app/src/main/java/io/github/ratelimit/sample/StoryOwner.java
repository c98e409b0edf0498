package io.github.ratelimit.sample;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Whose stories a request is about: those of the user, or of the address of somebody who
 * has not said who it is.
 */
final class StoryOwner {

	private StoryOwner() {
	}

	static String of(HttpServletRequest request) {
		Principal user = request.getUserPrincipal();
		return (user != null) ? "user:" + user.getName() : "ip:" + request.getRemoteAddr();
	}

}

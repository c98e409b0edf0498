package io.github.ratelimit.identity;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What callers send to say who they are, before anybody has verified it.
 */
final class CallerCredentials {

	// RFC 6750
	private static final Pattern BEARER = Pattern.compile("bearer +([A-Za-z0-9._~+/-]+=*)", Pattern.CASE_INSENSITIVE);

	private CallerCredentials() {
	}

	/**
	 * Return what a header field says. Sent more than once it says nothing: who looks at
	 * the first and who looks at the last would take two callers for one, or one for two.
	 */
	static @Nullable String header(Caller caller, String name) {
		List<String> values = caller.details().headers(name);
		return (values.size() == 1 && !values.get(0).isBlank()) ? values.get(0).strip() : null;
	}

	/**
	 * Return the bearer's token. Of one whose signature was verified it is what is
	 * signed: one signature can be written in several ways, and each would be a count of
	 * its own.
	 */
	static @Nullable String bearerToken(Caller caller, TokenClaims verified) {
		String authorization = header(caller, KeySources.AUTHORIZATION);
		if (authorization == null) {
			return null;
		}
		Matcher bearer = BEARER.matcher(authorization);
		if (!bearer.matches()) {
			return null;
		}
		String token = bearer.group(1);
		return (token.indexOf('.') > 0 && verified.isVerifiedSignature(caller.principal(), token))
				? token.substring(0, token.lastIndexOf('.')) : token;
	}

}

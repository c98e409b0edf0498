package io.github.ratelimit.sample;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Checks of what callers send.
 */
final class Input {

	private static final int MAX_LENGTH = 200;

	private Input() {
	}

	static String text(String member, @Nullable String value) {
		if (value == null || value.isBlank() || value.length() > MAX_LENGTH) {
			throw invalid("'%s' is text of 1 to %d characters".formatted(member, MAX_LENGTH));
		}
		return value.strip();
	}

	static String matching(Pattern pattern, @Nullable String value, String rule) {
		if (value == null || !pattern.matcher(value).matches()) {
			throw invalid(rule);
		}
		return value;
	}

	private static ResponseStatusException invalid(String rule) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, rule);
	}

}

package io.github.ratelimit.web.servlet;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.UriUtils;

/**
 * A path to match, which is taken apart only for a pattern that asks for it.
 */
final class RoutePath {

	private final String text;

	private final boolean escape;

	private final int plain;

	private @Nullable PathContainer parsed;

	private RoutePath(String text, boolean escape) {
		this.text = text;
		this.escape = escape;
		this.plain = plainLength(text);
	}

	/**
	 * Return a path as it was sent.
	 */
	static RoutePath sent(String path) {
		return new RoutePath(path, false);
	}

	/**
	 * Return a path whose signs mean nothing but themselves.
	 */
	static RoutePath understood(String path) {
		return new RoutePath(path, true);
	}

	/**
	 * Return how many signs a text begins with that mean the same to every pattern,
	 * escaped or not.
	 */
	static int plainLength(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (!isPlain(text.charAt(i))) {
				return i;
			}
		}
		return text.length();
	}

	private static boolean isPlain(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "/-._~".indexOf(c) >= 0;
	}

	String text() {
		return this.text;
	}

	/**
	 * Return whether the text is all there is to know of the path.
	 */
	boolean isPlain() {
		return this.plain == this.text.length();
	}

	/**
	 * Return whether this may begin with some plain text, in whatever case.
	 */
	boolean mayBeginWith(String literal) {
		return (isPlain()) ? this.text.regionMatches(true, 0, literal, 0, literal.length())
				: this.text.regionMatches(true, 0, literal, 0, Math.min(this.plain, literal.length()));
	}

	PathContainer parsed() {
		PathContainer parsed = this.parsed;
		if (parsed == null) {
			parsed = PathContainer.parsePath((this.escape && !isPlain())
					? UriUtils.encodePath(this.text, StandardCharsets.UTF_8).replace(";", "%3B") : this.text);
			this.parsed = parsed;
		}
		return parsed;
	}

}

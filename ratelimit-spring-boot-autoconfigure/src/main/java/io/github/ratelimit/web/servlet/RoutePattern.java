package io.github.ratelimit.web.servlet;

import org.springframework.web.util.pattern.PathPattern;

/**
 * A pattern of paths. Most paths are told from it, or known to match, by what the pattern
 * begins with.
 */
final class RoutePattern {

	private static final String ANYTHING_BELOW = "/**";

	private final PathPattern pattern;

	/**
	 * What all paths that match begin with, in some case.
	 */
	private final String beginning;

	/**
	 * Whether the pattern matches nothing else than its beginning.
	 */
	private final boolean exact;

	/**
	 * Whether the pattern matches its beginning and whatever is below it.
	 */
	private final boolean below;

	RoutePattern(PathPattern pattern) {
		this.pattern = pattern;
		String text = pattern.getPatternString();
		int plain = RoutePath.plainLength(text);
		this.exact = plain == text.length();
		// The sign before a wildcard may belong to what it stands for
		this.beginning = (this.exact) ? text : text.substring(0, Math.max(text.lastIndexOf('/', plain), 0));
		this.below = text.equals(this.beginning + ANYTHING_BELOW);
	}

	boolean matches(RoutePath path) {
		return path.mayBeginWith(this.beginning)
				&& ((path.isPlain() && isKnown(path.text())) || this.pattern.matches(path.parsed()));
	}

	/**
	 * Return whether a plain path matches for sure. Where it does not, the pattern tells:
	 * it may be one that does not mind the case.
	 */
	private boolean isKnown(String path) {
		int length = this.beginning.length();
		if (!path.startsWith(this.beginning)) {
			return false;
		}
		return (path.length() == length) ? this.exact || this.below : this.below && path.charAt(length) == '/';
	}

}

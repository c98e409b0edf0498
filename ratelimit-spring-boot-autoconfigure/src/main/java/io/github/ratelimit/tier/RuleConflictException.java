package io.github.ratelimit.tier;

/**
 * A rule was changed by somebody else meanwhile: another version is there than the one
 * that was to be replaced.
 */
public final class RuleConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final long current;

	/**
	 * Create an exception.
	 * @param expected the version that was to be replaced, 0 for none
	 * @param current the version that is there, 0 if there is none
	 */
	public RuleConflictException(long expected, long current) {
		super("The rule is of " + version(current) + ", not of " + version(expected));
		this.current = current;
	}

	private static String version(long version) {
		return (version == 0) ? "no version, since there is none" : "version " + version;
	}

	/**
	 * Return the version that is there.
	 * @return the version, 0 if there is no such rule
	 */
	public long getCurrentVersion() {
		return this.current;
	}

}

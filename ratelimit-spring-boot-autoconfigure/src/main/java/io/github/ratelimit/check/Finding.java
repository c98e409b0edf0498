package io.github.ratelimit.check;

import java.util.Objects;

/**
 * Something that is likely a mistake, where it was found.
 *
 * @param check what was looked for
 * @param severity what comes of it
 * @param detail what was found and where, a sentence without secrets
 */
public record Finding(Check check, Severity severity, String detail) {

	/**
	 * Check the finding.
	 */
	public Finding {
		Objects.requireNonNull(check, "check must not be null");
		Objects.requireNonNull(severity, "severity must not be null");
		Objects.requireNonNull(detail, "detail must not be null");
	}

	@Override
	public String toString() {
		return this.check.code() + ": " + this.detail + " " + this.check.remedy();
	}

}

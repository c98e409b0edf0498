package io.github.ratelimit.check;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown at start-up where something was found that must not be.
 */
public class FailedChecksException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<Finding> findings;

	FailedChecksException(List<Finding> findings) {
		super(findings.stream().map(Finding::toString).collect(Collectors.joining(" ")));
		this.findings = List.copyOf(findings);
	}

	/**
	 * Return what was found.
	 * @return the findings, at least one
	 */
	public List<Finding> getFindings() {
		return this.findings;
	}

}

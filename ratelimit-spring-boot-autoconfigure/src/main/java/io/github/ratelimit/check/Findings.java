package io.github.ratelimit.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What was found so far, each of it once, and told in the log when it was. Safe for use
 * by many threads.
 */
public final class Findings {

	private static final Log logger = LogFactory.getLog(Findings.class);

	private static final int MAX_FINDINGS = 200;

	private final Function<Check, Severity> severities;

	private final Set<Finding> found = new LinkedHashSet<>();

	/**
	 * Create an empty list.
	 * @param severities the severity of each check
	 */
	public Findings(Function<Check, Severity> severities) {
		this.severities = Objects.requireNonNull(severities, "severities must not be null");
	}

	/**
	 * Report something that was found. The same again is ignored, and so is what comes
	 * after a great many.
	 * @param check what was looked for
	 * @param detail what was found and where, a sentence without secrets
	 */
	public void report(Check check, String detail) {
		Finding finding = new Finding(check, this.severities.apply(check), detail);
		if (finding.severity() == Severity.OFF || !add(finding)) {
			return;
		}
		switch (finding.severity()) {
			case INFO -> logger.info(finding);
			case WARN -> logger.warn(finding);
			default -> logger.error(finding);
		}
	}

	private synchronized boolean add(Finding finding) {
		return this.found.size() < MAX_FINDINGS && this.found.add(finding);
	}

	/**
	 * Return what was found so far.
	 * @return the findings, in order
	 */
	public synchronized List<Finding> all() {
		return new ArrayList<>(this.found);
	}

}

package io.github.ratelimit.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What was found so far, each of it once, and told in the log when it was. Safe for use
 * by many threads.
 */
public final class Findings {

	private static final Log logger = LogFactory.getLog(Findings.class);

	private static final int MAX_FINDINGS = 200;

	private static final int MAX_DETAIL_LENGTH = 1000;

	private final Function<Check, Severity> severities;

	private final Map<Finding, BooleanSupplier> found = new LinkedHashMap<>();

	private volatile boolean checked;

	/**
	 * Create an empty list.
	 * @param severities the severity of each check
	 */
	public Findings(Function<Check, Severity> severities) {
		this.severities = Objects.requireNonNull(severities, "severities must not be null");
	}

	/**
	 * Return the severity of a check.
	 * @param check what is looked for
	 * @return the severity as it is set
	 */
	public Severity severity(Check check) {
		return this.severities.apply(check);
	}

	/**
	 * Report something that was found. The same again is ignored, and so is what comes
	 * after a great many and is no error.
	 * @param check what was looked for
	 * @param detail what was found and where, a sentence without secrets
	 */
	public void report(Check check, String detail) {
		report(check, detail, () -> true);
	}

	/**
	 * Report something that may be over one day, and is not shown from then on.
	 * @param check what was looked for
	 * @param detail what was found and where, a sentence without secrets
	 * @param holds tells whether it is still so
	 */
	public void report(Check check, String detail, BooleanSupplier holds) {
		String told = (detail.length() > MAX_DETAIL_LENGTH) ? detail.substring(0, MAX_DETAIL_LENGTH) + "..." : detail;
		Finding finding = new Finding(check, severity(check), told);
		if (finding.severity() == Severity.OFF || !add(finding, holds)) {
			return;
		}
		switch (finding.severity()) {
			case INFO -> logger.info(finding);
			case WARN -> logger.warn(finding);
			default -> logError(finding);
		}
	}

	/**
	 * Until errors stop the start, that is what tells of them.
	 */
	private void logError(Finding finding) {
		if (this.checked) {
			logger.error(finding);
		}
	}

	private synchronized boolean add(Finding finding, BooleanSupplier holds) {
		return (this.found.size() < MAX_FINDINGS || finding.severity() == Severity.ERROR)
				&& this.found.putIfAbsent(finding, holds) == null;
	}

	/**
	 * Stop the start if an error was found, before requests are taken.
	 * @throws FailedChecksException if there was one, with all of them
	 */
	public void requireNoErrors() {
		requireNone((finding) -> true);
		this.checked = true;
	}

	/**
	 * Stop the start if an error of one kind was found. Requests may come by then, and
	 * what they bring must not stop it.
	 * @param check what was looked for
	 * @throws FailedChecksException if there was one, with all of its kind
	 */
	public void requireNoErrors(Check check) {
		requireNone((finding) -> finding.check() == check);
	}

	private void requireNone(Predicate<Finding> kind) {
		List<Finding> errors = all().stream()
			.filter((finding) -> finding.severity() == Severity.ERROR && kind.test(finding))
			.toList();
		if (!errors.isEmpty()) {
			throw new FailedChecksException(errors);
		}
	}

	/**
	 * Return what was found so far, and is still so.
	 * @return the findings, in order
	 */
	public synchronized List<Finding> all() {
		List<Finding> all = new ArrayList<>();
		this.found.forEach((finding, holds) -> {
			if (holds.getAsBoolean()) {
				all.add(finding);
			}
		});
		return all;
	}

}

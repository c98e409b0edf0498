package io.github.ratelimit.check;

/**
 * What is looked for. The code of each is stable: it stands in the log, in the endpoint,
 * in the documentation, and in the configuration where its severity is set.
 */
public enum Check {

	/**
	 * Requests bring forwarding headers, and no proxy is trusted to set them: callers
	 * behind one proxy share a count. Found while requests come in.
	 */
	RL001(Severity.WARN, "Forwarding headers arrive, but no proxy is trusted",
			"Set 'ratelimit.client-address.trusted-proxies' to the addresses of your proxies.");

	private final Severity severity;

	private final String title;

	private final String remedy;

	Check(Severity severity, String title, String remedy) {
		this.severity = severity;
		this.title = title;
		this.remedy = remedy;
	}

	/**
	 * Return the severity that holds unless set.
	 * @return the severity
	 */
	public Severity severity() {
		return this.severity;
	}

	/**
	 * Return what is likely wrong.
	 * @return a clause
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String remedy() {
		return this.remedy;
	}

}

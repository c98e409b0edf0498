package io.github.ratelimit.autoconfigure.service;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;

/**
 * Looks for a service that nobody has a credential for.
 */
final class ServiceAccessCheck implements StartupCheck {

	private final boolean knowsCallers;

	ServiceAccessCheck(boolean knowsCallers) {
		this.knowsCallers = knowsCallers;
	}

	@Override
	public void run(Findings findings) {
		if (!this.knowsCallers) {
			findings.report(Check.SERVICE_FOR_NOBODY,
					"'ratelimit.service.enabled' is true, no API key is set, and there is no Spring Security.");
		}
	}

}

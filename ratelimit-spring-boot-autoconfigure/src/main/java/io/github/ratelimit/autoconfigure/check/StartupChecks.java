package io.github.ratelimit.autoconfigure.check;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Makes the checks: most when all beans are there, so that an error stops the start
 * before a request is taken, and that of what the application asks for in its start when
 * that is over.
 */
final class StartupChecks implements SmartInitializingSingleton, ApplicationListener<ApplicationReadyEvent> {

	private final Findings findings;

	private final ObjectProvider<StartupCheck> checks;

	private final UnusedTierCheck unusedTiers;

	StartupChecks(Findings findings, ObjectProvider<StartupCheck> checks, UnusedTierCheck unusedTiers) {
		this.findings = findings;
		this.checks = checks;
		this.unusedTiers = unusedTiers;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.checks.orderedStream().forEach((check) -> check.run(this.findings));
		this.findings.requireNoErrors();
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		this.unusedTiers.run(this.findings);
		this.findings.requireNoErrors(Check.UNUSED_TIER);
	}

}

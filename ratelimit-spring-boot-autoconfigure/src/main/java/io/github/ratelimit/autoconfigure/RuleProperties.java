package io.github.ratelimit.autoconfigure;

import java.time.Instant;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import org.jspecify.annotations.Nullable;

/**
 * Configuration properties of limits for some callers.
 */
public class RuleProperties extends PlanProperties {

	/**
	 * Key that it is for, such as 'user:42'. By default every key.
	 */
	private @Nullable String client;

	/**
	 * Tier that it is for, or a name that the service is asked for. By default all.
	 */
	private @Nullable String endpoint;

	/**
	 * Plan that it is for. By default every plan.
	 */
	private @Nullable String plan;

	/**
	 * What happens to a request while Redis cannot decide. By default as the tier says.
	 */
	private @Nullable FailureMode failureMode;

	/**
	 * Whether refusals are obeyed, or only counted beside what holds without the rule. By
	 * default as the tier says.
	 */
	private @Nullable Enforcement enforcement;

	/**
	 * Keys of a hundred for which it is enforced, and not only counted.
	 */
	private int percentage = 100;

	/**
	 * When it begins to hold, such as '2026-12-24T00:00:00Z'. By default it always did.
	 */
	private @Nullable Instant validFrom;

	/**
	 * When it ends to hold. By default it never does.
	 */
	private @Nullable Instant validTo;

	public @Nullable String getClient() {
		return this.client;
	}

	public void setClient(@Nullable String client) {
		this.client = client;
	}

	public @Nullable String getEndpoint() {
		return this.endpoint;
	}

	public void setEndpoint(@Nullable String endpoint) {
		this.endpoint = endpoint;
	}

	public @Nullable String getPlan() {
		return this.plan;
	}

	public void setPlan(@Nullable String plan) {
		this.plan = plan;
	}

	public @Nullable FailureMode getFailureMode() {
		return this.failureMode;
	}

	public void setFailureMode(@Nullable FailureMode failureMode) {
		this.failureMode = failureMode;
	}

	public @Nullable Enforcement getEnforcement() {
		return this.enforcement;
	}

	public void setEnforcement(@Nullable Enforcement enforcement) {
		this.enforcement = enforcement;
	}

	public int getPercentage() {
		return this.percentage;
	}

	public void setPercentage(int percentage) {
		this.percentage = percentage;
	}

	public @Nullable Instant getValidFrom() {
		return this.validFrom;
	}

	public void setValidFrom(@Nullable Instant validFrom) {
		this.validFrom = validFrom;
	}

	public @Nullable Instant getValidTo() {
		return this.validTo;
	}

	public void setValidTo(@Nullable Instant validTo) {
		this.validTo = validTo;
	}

}

package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Configuration properties of who is on a plan: one of 'authority', 'role', 'claim' and
 * 'expression'.
 */
public class PlanRuleProperties {

	/**
	 * Name of the plan. By default what the claim or the expression says.
	 */
	private @Nullable String plan;

	/**
	 * Authority that callers on the plan have, as Spring Security knows it.
	 */
	private @Nullable String authority;

	/**
	 * Role that callers on the plan have, without 'ROLE_'.
	 */
	private @Nullable String role;

	/**
	 * Claim of a verified token that says the plan, or that callers on the plan have.
	 */
	private @Nullable String claim;

	/**
	 * What the claim has to be. By default anything but 'false'.
	 */
	private @Nullable String value;

	/**
	 * Expression over 'request' and 'authentication' that says whether a caller is on the
	 * plan, or that gives the plan.
	 */
	private @Nullable String expression;

	public @Nullable String getPlan() {
		return this.plan;
	}

	public void setPlan(@Nullable String plan) {
		this.plan = plan;
	}

	public @Nullable String getAuthority() {
		return this.authority;
	}

	public void setAuthority(@Nullable String authority) {
		this.authority = authority;
	}

	public @Nullable String getRole() {
		return this.role;
	}

	public void setRole(@Nullable String role) {
		this.role = role;
	}

	public @Nullable String getClaim() {
		return this.claim;
	}

	public void setClaim(@Nullable String claim) {
		this.claim = claim;
	}

	public @Nullable String getValue() {
		return this.value;
	}

	public void setValue(@Nullable String value) {
		this.value = value;
	}

	public @Nullable String getExpression() {
		return this.expression;
	}

	public void setExpression(@Nullable String expression) {
		this.expression = expression;
	}

}

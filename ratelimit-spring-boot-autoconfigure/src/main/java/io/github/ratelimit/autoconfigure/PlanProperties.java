package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

/**
 * Configuration properties of one limit, or of several.
 */
public class PlanProperties extends LimitProperties {

	/**
	 * Limits that all have to allow a request, in place of one.
	 */
	private final List<LimitProperties.Named> limits = new ArrayList<>();

	public List<LimitProperties.Named> getLimits() {
		return this.limits;
	}

}

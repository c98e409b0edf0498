package io.github.ratelimit.client;

import java.util.List;

/**
 * The answer to several {@linkplain ServiceCheck checks} at once.
 *
 * @param allowed whether all of them may go on
 * @param decisions the answer to each, in the order of the checks
 */
public record ServiceBatchDecision(boolean allowed, List<ServiceDecision> decisions) {

	/**
	 * Copy the list.
	 */
	public ServiceBatchDecision {
		decisions = List.copyOf(decisions);
	}

	static ServiceBatchDecision of(List<ServiceDecision> decisions) {
		return new ServiceBatchDecision(decisions.stream().allMatch(ServiceDecision::allowed), decisions);
	}

}

package io.github.ratelimit.client;

import java.util.List;

import io.github.ratelimit.RateLimitExceededException;

import org.springframework.web.client.RestClient;

/**
 * Asks a rate limit service whether clients may go on.
 * <p>
 * Safe for use by many threads. Each check is one request, which is never repeated: a
 * second one could charge twice. The answer comes within the
 * {@linkplain RateLimitServiceClientSettings#readTimeout() read timeout}, and a service
 * that cannot be asked throws nothing: the
 * {@linkplain RateLimitServiceClientSettings#failureMode() failure mode} decides. What
 * the service says is wrong with a check is an {@link IllegalArgumentException} that
 * names the field.
 */
public interface RateLimitServiceClient extends AutoCloseable {

	/**
	 * Return a client with the given settings.
	 * @param settings where the service is, and what happens while it cannot be asked
	 * @param builder what requests are made with; its request factory is replaced, so
	 * that timeouts hold and redirects are not followed
	 * @return the client
	 */
	static RateLimitServiceClient create(RateLimitServiceClientSettings settings, RestClient.Builder builder) {
		return new RestRateLimitServiceClient(settings, new ServiceExchange(settings, builder));
	}

	/**
	 * Return a client with the given settings.
	 * @param settings where the service is, and what happens while it cannot be asked
	 * @return the client
	 */
	static RateLimitServiceClient create(RateLimitServiceClientSettings settings) {
		return create(settings, RestClient.builder());
	}

	/**
	 * Ask whether a client may go on, and charge it if so.
	 * @param check the question
	 * @return the decision
	 * @throws IllegalArgumentException if the service says that the question is wrong
	 */
	ServiceDecision check(ServiceCheck check);

	/**
	 * Ask for one unit of what the service calls {@code global}.
	 * @param clientId whose count it is
	 * @return the decision
	 */
	default ServiceDecision check(String clientId) {
		return check(ServiceCheck.of(clientId));
	}

	/**
	 * Ask for one unit.
	 * @param clientId whose count it is
	 * @param limitKey what the client wants to do
	 * @return the decision
	 */
	default ServiceDecision check(String clientId, String limitKey) {
		return check(ServiceCheck.of(clientId, limitKey));
	}

	/**
	 * Ask for a number of units.
	 * @param clientId whose count it is
	 * @param limitKey what the client wants to do
	 * @param cost units to charge; 0 only asks
	 * @return the decision
	 */
	default ServiceDecision check(String clientId, String limitKey, long cost) {
		return check(ServiceCheck.of(clientId, limitKey).withCost(cost));
	}

	/**
	 * Ask, and throw if the client may not go on.
	 * @param check the question
	 * @return the decision, one that allows
	 * @throws RateLimitExceededException if the check is refused; its decision has the
	 * numbers of the service's
	 */
	default ServiceDecision checkOrThrow(ServiceCheck check) {
		ServiceDecision decision = check(check);
		if (!decision.allowed()) {
			throw Refusals.exception(check, decision);
		}
		return decision;
	}

	/**
	 * Ask for one unit, and throw if the client may not go on.
	 * @param clientId whose count it is
	 * @param limitKey what the client wants to do
	 * @return the decision, one that allows
	 * @throws RateLimitExceededException if the check is refused
	 */
	default ServiceDecision checkOrThrow(String clientId, String limitKey) {
		return checkOrThrow(ServiceCheck.of(clientId, limitKey));
	}

	/**
	 * Ask several questions in one request, each of which is decided and charged by
	 * itself.
	 * @param checks the questions, at least one
	 * @return the decisions
	 * @throws IllegalArgumentException if the service says that a question is wrong;
	 * nothing is charged then
	 */
	ServiceBatchDecision checkEach(List<ServiceCheck> checks);

	/**
	 * Ask several questions in one request, of which all are charged or none.
	 * @param checks the questions, at least one
	 * @return the decisions
	 * @throws IllegalArgumentException if the service says that a question is wrong;
	 * nothing is charged then
	 */
	ServiceBatchDecision checkTogether(List<ServiceCheck> checks);

	/**
	 * End the threads and connections of the client, which decides by its failure mode
	 * from then on.
	 */
	@Override
	default void close() {
	}

}

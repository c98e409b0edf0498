package io.github.ratelimit.client;

import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an answer of the service means. What others answer in its place, such as a
 * proxy before it, decides nothing.
 */
final class ServiceAnswers {

	private static final int OK = 200;

	private static final int BAD_REQUEST = 400;

	private static final int UNAUTHORIZED = 401;

	private static final int FORBIDDEN = 403;

	private static final int CONTENT_TOO_LARGE = 413;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int SERVICE_UNAVAILABLE = 503;

	// What the type of the problem ends with when the service's own failure mode refuses
	private static final String CANNOT_DECIDE = "temporary-reduced-capacity";

	private final ServiceJson json;

	ServiceAnswers(ServiceJson json) {
		this.json = json;
	}

	/**
	 * Return the decision on one check.
	 * @throws UnusableAnswerException if the answer decides nothing
	 * @throws IllegalArgumentException if it says that the check is wrong
	 */
	ServiceDecision decision(ServiceAnswer answer) throws UnusableAnswerException {
		if (isDecision(answer)) {
			ServiceDecision decision = this.json.decision(answer.body());
			requireStatus(answer, decision.allowed());
			return decision;
		}
		requireCannotDecide(answer);
		return unavailable();
	}

	/**
	 * Return the decision on several checks.
	 * @param size how many there were
	 * @throws UnusableAnswerException if the answer decides nothing
	 * @throws IllegalArgumentException if it says that a check is wrong
	 */
	ServiceBatchDecision decisions(ServiceAnswer answer, int size) throws UnusableAnswerException {
		if (isDecision(answer)) {
			ServiceBatchDecision decisions = this.json.decisions(answer.body(), size);
			requireStatus(answer, decisions.allowed());
			return decisions;
		}
		requireCannotDecide(answer);
		List<ServiceDecision> unavailable = Stream.generate(ServiceAnswers::unavailable).limit(size).toList();
		return ServiceBatchDecision.of(unavailable);
	}

	private static ServiceDecision unavailable() {
		return ServiceDecision.untold(Outcome.UNAVAILABLE, DecidedBy.SERVICE);
	}

	private static boolean isDecision(ServiceAnswer answer) {
		return answer.json() && (answer.status() == OK || answer.status() == TOO_MANY_REQUESTS);
	}

	private static void requireStatus(ServiceAnswer answer, boolean allowed) throws UnusableAnswerException {
		if (allowed && answer.status() == TOO_MANY_REQUESTS) {
			throw new UnusableAnswerException("it answered 429 to what it allows");
		}
	}

	/**
	 * Return if the service says that it cannot decide, and throw what it says otherwise.
	 */
	private void requireCannotDecide(ServiceAnswer answer) throws UnusableAnswerException {
		int status = answer.status();
		if (answer.problem()) {
			String type = this.json.text(answer.body(), "type");
			if (status == SERVICE_UNAVAILABLE && type != null && type.endsWith(CANNOT_DECIDE)) {
				return;
			}
			if (status == BAD_REQUEST || status == CONTENT_TOO_LARGE) {
				throw new IllegalArgumentException(
						wrong(this.json.text(answer.body(), "field"), this.json.text(answer.body(), "detail"), status));
			}
		}
		throw new UnusableAnswerException("it answered " + status + switch (status) {
			case OK -> " with something else than JSON";
			case UNAUTHORIZED -> ": the API key is missing or wrong";
			case FORBIDDEN -> ": the API key does not permit checks";
			default -> "";
		});
	}

	private static String wrong(@Nullable String field, @Nullable String detail, int status) {
		return "The rate limit service rejects " + ((field != null) ? "'" + field + "'" : "the check") + ": "
				+ ((detail != null) ? detail : "it answered " + status);
	}

}

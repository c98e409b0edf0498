package io.github.ratelimit.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the questions of the service's wire format and reads its answers. Fields that
 * are not known are left alone, so that the service may say more one day.
 */
final class ServiceJson {

	private static final double NANOS = 1e9;

	private static final double MILLIS = 1e3;

	// Ten years, and the year 9999: more is no window, and no time
	private static final double MAX_WINDOW_SECONDS = 3653 * 86_400d;

	private static final double MAX_EPOCH_SECONDS = 253_402_300_799d;

	private static final long NANOS_PER_MICRO = 1000;

	private final JsonMapper mapper = JsonMapper.builder().build();

	byte[] write(ServiceCheck check) {
		return this.mapper.writeValueAsBytes(node(check));
	}

	byte[] write(String mode, List<ServiceCheck> checks) {
		ObjectNode batch = this.mapper.createObjectNode().put("mode", mode);
		ArrayNode nodes = batch.putArray("checks");
		checks.forEach((check) -> nodes.add(node(check)));
		return this.mapper.writeValueAsBytes(batch);
	}

	private ObjectNode node(ServiceCheck check) {
		ObjectNode node = this.mapper.createObjectNode().put("client_id", check.clientId());
		if (check.limitKey() != null) {
			node.put("limit_key", check.limitKey());
		}
		if (check.cost() != 1) {
			node.put("cost", check.cost());
		}
		if (check.plan() != null) {
			node.put("plan", check.plan());
		}
		return node;
	}

	/**
	 * Read the answer to one check.
	 */
	ServiceDecision decision(byte[] body) throws UnusableAnswerException {
		return decision(object(body));
	}

	/**
	 * Read the answer to several checks.
	 * @param size how many there were
	 */
	ServiceBatchDecision decisions(byte[] body, int size) throws UnusableAnswerException {
		JsonNode batch = object(body);
		JsonNode results = batch.path("results");
		if (!results.isArray() || results.size() != size) {
			throw new UnusableAnswerException("its answer has not one result for each check");
		}
		List<ServiceDecision> decisions = new ArrayList<>();
		for (JsonNode result : results) {
			decisions.add(decision(result));
		}
		return new ServiceBatchDecision(allowed(batch), decisions);
	}

	/**
	 * Read the text of a field.
	 * @return {@code null} if the body is no object, or has no such text
	 */
	@Nullable String text(byte[] body, String field) {
		try {
			JsonNode value = object(body).path(field);
			return (value.isString()) ? value.stringValue() : null;
		}
		catch (UnusableAnswerException ex) {
			return null;
		}
	}

	private JsonNode object(byte[] body) throws UnusableAnswerException {
		try {
			JsonNode node = this.mapper.readTree(body);
			if (node.isObject()) {
				return node;
			}
		}
		catch (JacksonException ex) {
			// The same as another kind of JSON
		}
		throw new UnusableAnswerException("its answer is not a JSON object");
	}

	private static ServiceDecision decision(JsonNode json) throws UnusableAnswerException {
		boolean allowed = allowed(json);
		long remaining = whole(json, "remaining");
		Outcome outcome = (!allowed) ? refusal(json) : (remaining >= 0) ? Outcome.ALLOWED : Outcome.UNCHECKED;
		long retryAfter = whole(json, "retry_after_ms");
		Duration wait = (retryAfter >= 0) ? Duration.ofMillis(retryAfter) : null;
		return new ServiceDecision(outcome, DecidedBy.SERVICE, whole(json, "limit"), window(json), remaining,
				(allowed) ? Duration.ZERO : wait, resetAt(json));
	}

	/**
	 * Return why a check of several is refused: its limit is used up, or nobody could
	 * decide.
	 */
	private static Outcome refusal(JsonNode json) {
		return (json.path("error").asString("").equals("unavailable")) ? Outcome.UNAVAILABLE : Outcome.REFUSED;
	}

	private static boolean allowed(JsonNode json) throws UnusableAnswerException {
		JsonNode allowed = json.path("allowed");
		if (!allowed.isBoolean()) {
			throw new UnusableAnswerException("its answer does not say whether it is allowed");
		}
		return allowed.booleanValue();
	}

	/**
	 * Return a number, -1 if it is not there.
	 */
	private static long whole(JsonNode json, String field) throws UnusableAnswerException {
		JsonNode value = json.path(field);
		if (value.isMissingNode() || value.isNull()) {
			return -1;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
			throw new UnusableAnswerException("its answer's '" + field + "' is not a whole number from 0 up");
		}
		return value.longValue();
	}

	private static @Nullable Duration window(JsonNode json) throws UnusableAnswerException {
		double seconds = seconds(json, "window", MAX_WINDOW_SECONDS);
		if (Double.isNaN(seconds)) {
			return null;
		}
		long nanos = Math.round(seconds * NANOS);
		return Duration.ofNanos(nanos - nanos % NANOS_PER_MICRO);
	}

	private static @Nullable Instant resetAt(JsonNode json) throws UnusableAnswerException {
		double seconds = seconds(json, "reset_at", MAX_EPOCH_SECONDS);
		return (Double.isNaN(seconds)) ? null : Instant.ofEpochMilli(Math.round(seconds * MILLIS));
	}

	/**
	 * Return a number of seconds, not a number if it is not there.
	 */
	private static double seconds(JsonNode json, String field, double most) throws UnusableAnswerException {
		JsonNode value = json.path(field);
		if (value.isMissingNode() || value.isNull()) {
			return Double.NaN;
		}
		double seconds = (value.isNumber()) ? value.doubleValue() : Double.NaN;
		if (!(seconds >= 0 && seconds <= most)) {
			throw new UnusableAnswerException("its answer's '" + field + "' is not a number of seconds");
		}
		return seconds;
	}

}

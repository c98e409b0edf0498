package io.github.ratelimit.service;

import java.util.Set;
import java.util.TreeSet;

import io.github.ratelimit.Limit;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what the service is asked to decide.
 */
final class CheckRequest {

	static final String CLIENT = "client_id";

	static final String LIMIT_KEY = "limit_key";

	static final String PLAN = "plan";

	private static final String COST = "cost";

	private static final Set<String> FIELDS = Set.of(CLIENT, LIMIT_KEY, COST, PLAN);

	private CheckRequest() {
	}

	/**
	 * Read what is asked.
	 * @param path where the object stands, for messages: empty, or ending with a dot
	 * @throws ServiceException if a field is wrong
	 */
	static TierUse read(ObjectNode json, String path) {
		requireOnly(json, FIELDS, path);
		String client = text(json, CLIENT, path);
		if (client == null) {
			throw ServiceException.badRequest(path + CLIENT, "it is missing; it says whose count it is");
		}
		requireText(path + CLIENT, client, RuleTarget.MAX_CLIENT_LENGTH);
		String limitKey = text(json, LIMIT_KEY, path);
		String plan = text(json, PLAN, path);
		if (plan != null) {
			requireText(path + PLAN, plan, RuleTarget.MAX_PLAN_LENGTH);
		}
		return new TierUse((limitKey != null) ? requireName(path + LIMIT_KEY, limitKey) : TierRateLimiters.DEFAULT_TIER,
				plan, client, cost(json, path));
	}

	/**
	 * Check that an object has no other fields, which would be misspelt.
	 */
	static void requireOnly(ObjectNode json, Set<String> fields, String path) {
		for (String name : json.propertyNames()) {
			if (!fields.contains(name)) {
				throw ServiceException.badRequest(path + name,
						"there is no such field; there are " + String.join(", ", new TreeSet<>(fields)));
			}
		}
	}

	private static @Nullable String text(ObjectNode json, String field, String path) {
		JsonNode value = json.get(field);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isString()) {
			throw ServiceException.badRequest(path + field, "it must be a text");
		}
		return value.stringValue();
	}

	/**
	 * Check a text that may be anybody's name.
	 */
	static String requireText(String field, String text, int maxLength) {
		if (text.isBlank() || text.length() > maxLength || !isPlain(text)) {
			throw ServiceException.badRequest(field,
					"it must be 1 to " + maxLength + " characters, not blank, without control characters");
		}
		return text;
	}

	/**
	 * Return whether a text has no control characters and no half of a character, which
	 * would be written as another one.
	 */
	private static boolean isPlain(String text) {
		return text.codePoints()
			.noneMatch(
					(c) -> Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
	}

	/**
	 * Check a text that may be the name of what is limited.
	 */
	static String requireName(String field, String name) {
		if (!Limit.isName(name)) {
			throw ServiceException.badRequest(field,
					"it must be 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit");
		}
		return name;
	}

	private static long cost(ObjectNode json, String path) {
		JsonNode value = json.get(COST);
		if (value == null || value.isNull()) {
			return 1;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
			throw ServiceException.badRequest(path + COST, "it must be a whole number from 0 to " + Long.MAX_VALUE);
		}
		return value.longValue();
	}

}

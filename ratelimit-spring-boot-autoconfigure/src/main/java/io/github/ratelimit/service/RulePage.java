package io.github.ratelimit.service;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Function;

import io.github.ratelimit.tier.RulePosition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Part of the rules that is asked for, in the order of their positions: rules that are
 * made or removed meanwhile move no others.
 *
 * @param after what the rules come after, {@code null} for the first
 * @param limit most rules to show
 */
record RulePage(@Nullable RulePosition after, int limit) {

	static final String LIMIT = "limit";

	static final String AFTER = "after";

	/**
	 * The parameters that say which part.
	 */
	static final Set<String> PARAMETERS = Set.of(LIMIT, AFTER);

	private static final int MAX_LIMIT = 1000;

	/**
	 * Read which part a request asks for.
	 * @throws ServiceException if it is none
	 */
	static RulePage of(ServiceRequest request) {
		Long limit = RuleTexts.whole(LIMIT, request.parameter(LIMIT), 1, MAX_LIMIT);
		String after = request.parameter(AFTER);
		return new RulePage((after != null) ? position(after) : null, (limit != null) ? limit.intValue() : MAX_LIMIT);
	}

	private static RulePosition position(String after) {
		try {
			ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(after));
			return RulePosition.parse(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
		}
		catch (IllegalArgumentException | CharacterCodingException ex) {
			throw ServiceException.badRequest(AFTER, "it must be what 'next' was in an answer");
		}
	}

	/**
	 * Put the rules of this part into an answer, and where the next one begins.
	 * @param rules all rules
	 * @param toTree how one is written
	 */
	<T> void put(ObjectNode body, NavigableMap<RulePosition, T> rules, Function<T, ObjectNode> toTree) {
		NavigableMap<RulePosition, T> rest = (this.after != null) ? rules.tailMap(this.after, false) : rules;
		ArrayNode array = body.putArray("rules");
		Iterator<Map.Entry<RulePosition, T>> entries = rest.entrySet().iterator();
		RulePosition last = null;
		while (array.size() < this.limit && entries.hasNext()) {
			Map.Entry<RulePosition, T> entry = entries.next();
			array.add(toTree.apply(entry.getValue()));
			last = entry.getKey();
		}
		body.put("next", (last != null && entries.hasNext()) ? text(last) : null);
	}

	private static String text(RulePosition position) {
		return Base64.getUrlEncoder()
			.withoutPadding()
			.encodeToString(position.toText().getBytes(StandardCharsets.UTF_8));
	}

}

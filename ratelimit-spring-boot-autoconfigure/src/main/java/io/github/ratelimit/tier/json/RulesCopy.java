package io.github.ratelimit.tier.json;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A copy of rules that are kept elsewhere.
 *
 * @param readAt when they were read there
 * @param rules the rules
 */
public record RulesCopy(Instant readAt, List<Rule> rules) {

	private static final int FORMAT = 1;

	/**
	 * Copy the list.
	 */
	public RulesCopy {
		Objects.requireNonNull(readAt, "readAt must not be null");
		rules = List.copyOf(rules);
	}

	/**
	 * Read a copy.
	 * @param text what was written
	 * @param json how rules are written
	 * @return the copy, without what is no rule
	 * @throws InvalidRuleException if it is no copy, or of a format of another version
	 */
	public static RulesCopy read(String text, RuleJson json) {
		try {
			JsonNode copy = json.readTree(text);
			if (copy.path("format").asInt(0) != FORMAT) {
				throw new InvalidRuleException("format", "it is not " + FORMAT);
			}
			List<Rule> rules = new ArrayList<>();
			copy.path("rules").forEach((rule) -> addIfRule(rules, rule, json));
			RuleSet.of(rules);
			return new RulesCopy(Instant.parse(copy.path("read_at").asString("")), rules);
		}
		catch (DateTimeParseException ex) {
			throw new InvalidRuleException("copy", "it is not one that was written by an instance");
		}
	}

	/**
	 * Another version of the application may know more of rules than this one.
	 */
	private static void addIfRule(List<Rule> rules, JsonNode node, RuleJson json) {
		try {
			rules.add(json.read(node));
		}
		catch (InvalidRuleException ex) {
			// The others hold
		}
	}

	/**
	 * Write the copy.
	 * @param json how rules are written
	 * @return the text
	 */
	public String write(RuleJson json) {
		ObjectNode copy = JsonNodeFactory.instance.objectNode();
		copy.put("format", FORMAT);
		copy.put("read_at", this.readAt.toString());
		ArrayNode all = copy.putArray("rules");
		this.rules.forEach((rule) -> all.add(json.toTree(rule)));
		return copy.toString();
	}

}

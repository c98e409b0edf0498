package io.github.ratelimit.tier.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleTarget;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads rules from JSON and writes them. Safe for use by many threads.
 * <p>
 * A rule of one limit may be written in short, with {@code rate} as a number of units and
 * {@code window} in seconds, or {@code rate} as the configuration writes it
 * ({@code 20/60s}). It is always written with {@code limits}.
 */
public final class RuleJson {

	private static final Set<String> LIMIT_FIELDS = Set.of("name", "rate", "window", "burst", "algorithm", "zone",
			"mode");

	private static final Set<String> RULE_FIELDS = Set.of("client_id", "endpoint", "plan", "limits", "failure_mode",
			"enforcement", "percentage", "valid_from", "valid_to");

	private static final Set<String> ALL_FIELDS = union(RULE_FIELDS, LIMIT_FIELDS);

	private static final BigDecimal MAX_WINDOW_SECONDS = BigDecimal.valueOf(Rate.MAX_WINDOW.toSeconds());

	private static final int MILLIS_DIGITS = 3;

	private final JsonMapper mapper = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Algorithm algorithm;

	/**
	 * Create a reader and writer.
	 * @param algorithm algorithm of limits that name none, where it is not that of a tier
	 */
	public RuleJson(Algorithm algorithm) {
		this.algorithm = Objects.requireNonNull(algorithm, "algorithm must not be null");
	}

	/**
	 * Read a rule.
	 * @param json the text
	 * @return the rule
	 * @throws InvalidRuleException if it is no JSON, or no rule
	 */
	public Rule read(String json) {
		return read(readTree(json));
	}

	/**
	 * Read what has rules in it.
	 * @param json the text
	 * @return what it says, with numbers as {@link #read(JsonNode)} needs them
	 * @throws InvalidRuleException if it is no JSON
	 */
	public JsonNode readTree(String json) {
		try {
			return this.mapper.readTree(json);
		}
		catch (JacksonException ex) {
			throw new InvalidRuleException("rule", "it is not JSON: " + ex.getOriginalMessage());
		}
		catch (NumberFormatException ex) {
			throw new InvalidRuleException("rule", "it has a number whose exponent is beyond that of any");
		}
	}

	/**
	 * Read a rule.
	 * @param json an object
	 * @return the rule
	 * @throws InvalidRuleException if it is no rule
	 */
	public Rule read(JsonNode json) {
		JsonFields fields = new JsonFields(json, "");
		fields.requireOnly(ALL_FIELDS);
		RuleTarget target = new RuleTarget(fields.text("client_id"), fields.text("endpoint"), fields.text("plan"));
		Long percentage = fields.whole("percentage");
		if (percentage != null && (percentage < 0 || percentage > Rule.ALL_KEYS)) {
			throw fields.invalid("percentage", "it must be 0 to 100, not " + percentage);
		}
		Unsaid unsaid = new Unsaid(new HashSet<>(), new HashSet<>());
		return new Rule(target, limits(fields, unsaid), fields.word("failure_mode", FailureMode.class),
				fields.word("enforcement", Enforcement.class),
				(percentage != null) ? percentage.intValue() : Rule.ALL_KEYS, fields.instant("valid_from"),
				fields.instant("valid_to"), unsaid.algorithm(), unsaid.mode());
	}

	/**
	 * Read the limits.
	 * @param unsaid gets the names of those that do not say all
	 */
	private List<Limit> limits(JsonFields fields, Unsaid unsaid) {
		JsonNode several = fields.find("limits");
		if (several == null) {
			return List.of(limit(fields, unsaid));
		}
		for (String field : LIMIT_FIELDS) {
			if (fields.find(field) != null) {
				throw fields.invalid(field, "it must be said in 'limits', which is there too");
			}
		}
		if (!several.isArray() || several.isEmpty() || several.size() > Rule.MAX_LIMITS) {
			throw fields.invalid("limits", "it must be an array of 1 to " + Rule.MAX_LIMITS + " limits");
		}
		List<Limit> limits = new ArrayList<>();
		for (int i = 0; i < several.size(); i++) {
			JsonFields limit = new JsonFields(several.get(i), "limits[" + i + "].");
			limit.requireOnly(LIMIT_FIELDS);
			limits.add(limit(limit, unsaid));
		}
		return limits;
	}

	private Limit limit(JsonFields fields, Unsaid unsaid) {
		Rate rate = rate(fields);
		Algorithm given = fields.word("algorithm", Algorithm.class);
		ZoneId zone = fields.parsed("zone", ZoneId::of);
		Algorithm algorithm = (given != null) ? given : this.algorithm;
		LimitMode mode = fields.word("mode", LimitMode.class);
		Long burst = fields.whole("burst");
		String name = Objects.requireNonNullElse(fields.text("name"), Limit.DEFAULT_NAME);
		try {
			Limit limit = new Limit(name, rate, (burst != null) ? burst : rate.quota(), algorithm, zone,
					Objects.requireNonNullElse(mode, LimitMode.STRICT));
			LimitAlgorithm.of(limit);
			unsaid.add(name, given, mode);
			return limit;
		}
		catch (IllegalArgumentException ex) {
			throw fields.invalid((Limit.isName(name)) ? (burst != null) ? "burst" : "rate" : "name",
					String.valueOf(ex.getMessage()));
		}
	}

	private static Rate rate(JsonFields fields) {
		JsonNode value = fields.find("rate");
		if (value == null) {
			throw fields.invalid("rate", "it is missing; write a number with 'window' in seconds, or 20/60s");
		}
		if (value.isString()) {
			if (fields.find("window") != null) {
				throw fields.invalid("window", "the rate '" + value.stringValue() + "' has one already");
			}
			return Objects.requireNonNull(fields.parsed("rate", Rate::parse));
		}
		Long quota = fields.whole("rate");
		JsonNode window = fields.find("window");
		if (window == null || !window.isNumber()) {
			throw fields.invalid("window", "it must be a number of seconds");
		}
		BigDecimal seconds = window.decimalValue();
		if (seconds.signum() <= 0 || seconds.compareTo(MAX_WINDOW_SECONDS) > 0) {
			throw fields.invalid("window", "it must be above zero and not longer than ten years");
		}
		try {
			return new Rate(Objects.requireNonNull(quota),
					Duration.ofMillis(seconds.movePointRight(MILLIS_DIGITS).longValueExact()));
		}
		catch (ArithmeticException ex) {
			throw fields.invalid("window", "it must be whole milliseconds");
		}
		catch (IllegalArgumentException ex) {
			throw fields.invalid("rate", String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Write a rule.
	 * @param rule the rule
	 * @return the text, which {@link #read(String)} reads to an equal rule
	 */
	public String write(Rule rule) {
		return this.mapper.writeValueAsString(toTree(rule));
	}

	/**
	 * Write a rule as an object.
	 * @param rule the rule
	 * @return the object, without fields that say nothing
	 */
	public ObjectNode toTree(Rule rule) {
		ObjectNode object = this.mapper.createObjectNode();
		put(object, "client_id", rule.target().client());
		put(object, "endpoint", rule.target().endpoint());
		put(object, "plan", rule.target().plan());
		ArrayNode limits = object.putArray("limits");
		rule.limits().forEach((limit) -> limits.add(toTree(rule, limit)));
		put(object, "failure_mode", rule.failureMode());
		put(object, "enforcement", rule.enforcement());
		if (rule.percentage() != Rule.ALL_KEYS) {
			object.put("percentage", rule.percentage());
		}
		put(object, "valid_from", rule.validFrom());
		put(object, "valid_to", rule.validTo());
		return object;
	}

	private ObjectNode toTree(Rule rule, Limit limit) {
		boolean countedAsTier = rule.countedAsTier().contains(limit.name());
		ObjectNode object = this.mapper.createObjectNode();
		if (!limit.name().equals(Limit.DEFAULT_NAME)) {
			object.put("name", limit.name());
		}
		object.put("rate", limit.rate().toString());
		if (limit.burst() != limit.rate().quota()) {
			object.put("burst", limit.burst());
		}
		if (!countedAsTier) {
			object.put("algorithm", JsonFields.word(limit.algorithm()));
		}
		put(object, "zone", limit.zone());
		// With an algorithm of its own, it is strict if it says nothing
		if (limit.mode() != LimitMode.STRICT || (countedAsTier && !rule.modeAsTier().contains(limit.name()))) {
			object.put("mode", JsonFields.word(limit.mode()));
		}
		return object;
	}

	private static void put(ObjectNode object, String name, @Nullable Object value) {
		if (value != null) {
			object.put(name, (value instanceof Enum<?> constant) ? JsonFields.word(constant) : value.toString());
		}
	}

	private static Set<String> union(Set<String> a, Set<String> b) {
		Set<String> union = new LinkedHashSet<>(a);
		union.addAll(b);
		return Set.copyOf(union);
	}

	/**
	 * Names of limits that do not say what a tier says too.
	 *
	 * @param algorithm of those that do not say how they are counted
	 * @param mode of those that do not say their mode
	 */
	private record Unsaid(Set<String> algorithm, Set<String> mode) {

		void add(String name, @Nullable Algorithm algorithm, @Nullable LimitMode mode) {
			if (algorithm == null) {
				this.algorithm.add(name);
			}
			if (mode == null) {
				this.mode.add(name);
			}
		}

	}

}

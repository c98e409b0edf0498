package io.github.ratelimit.service;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes what the service is sent and sends, with a mapper of its own: settings
 * of the application's do not change it.
 */
final class ServiceJson {

	private static final int MAX_DEPTH = 16;

	private static final int MAX_NUMBER_LENGTH = 100;

	private static final int MILLIS_DIGITS = 3;

	private static final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(MAX_NUMBER_LENGTH).build())
		.build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
		.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private ServiceJson() {
	}

	/**
	 * Read an object.
	 * @param json the text, in UTF-8
	 * @throws ServiceException if it is none
	 */
	static ObjectNode read(byte[] json) {
		JsonNode node;
		try {
			node = mapper.readTree(json);
		}
		catch (JacksonException ex) {
			throw notJson(place(ex));
		}
		catch (NumberFormatException ex) {
			// Its exponent is beyond that of any number
			throw notJson("");
		}
		if (!(node instanceof ObjectNode object)) {
			throw ServiceException.badRequest("body", "it must be a JSON object");
		}
		return object;
	}

	private static ServiceException notJson(String place) {
		return ServiceException.badRequest("body", "it must be JSON, with each field once, nested at most " + MAX_DEPTH
				+ " deep, and nothing after it" + place);
	}

	private static String place(JacksonException ex) {
		return (ex.getLocation() != null && ex.getLocation().getLineNr() > 0)
				? "; see line " + ex.getLocation().getLineNr() + ", column " + ex.getLocation().getColumnNr() : "";
	}

	/**
	 * Read what the service, or who keeps rules for it, has written.
	 * @throws JacksonException if it is no JSON
	 */
	static JsonNode reread(String json) {
		return mapper.readTree(json);
	}

	static byte[] write(JsonNode node) {
		return mapper.writeValueAsBytes(node);
	}

	static ObjectNode object() {
		return mapper.createObjectNode();
	}

	static ArrayNode array() {
		return mapper.createArrayNode();
	}

	/**
	 * Return a time in seconds, a whole number where it is whole.
	 */
	static Number seconds(Duration duration) {
		BigDecimal seconds = BigDecimal.valueOf(duration.toSeconds())
			.add(BigDecimal.valueOf(duration.toNanosPart(), 9))
			.stripTrailingZeros();
		return (seconds.scale() <= 0) ? (Number) seconds.longValueExact() : (Number) seconds;
	}

	/**
	 * Return a point in time as seconds since the epoch, to the millisecond.
	 */
	static BigDecimal epochSeconds(Instant time) {
		return BigDecimal.valueOf(time.toEpochMilli(), MILLIS_DIGITS);
	}

	/**
	 * Return a constant as fields have it.
	 */
	static String word(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

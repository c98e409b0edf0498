package io.github.ratelimit.tier.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.tier.InvalidRuleException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object that people write, each checked as it is read.
 */
final class JsonFields {

	private final JsonNode object;

	private final String path;

	/**
	 * Create fields.
	 * @param path where the object stands, for messages: empty, or ending with a dot
	 * @throws InvalidRuleException if it is no object
	 */
	JsonFields(JsonNode object, String path) {
		if (!object.isObject()) {
			throw new InvalidRuleException((path.isEmpty()) ? "rule" : path.substring(0, path.length() - 1),
					"it must be an object");
		}
		this.object = object;
		this.path = path;
	}

	/**
	 * Check that there are no others, which would be misspelled.
	 */
	void requireOnly(Set<String> names) {
		for (String name : this.object.propertyNames()) {
			if (!names.contains(name)) {
				throw new InvalidRuleException(this.path + name, "there is no such field; there are "
						+ names.stream().sorted().collect(Collectors.joining(", ")));
			}
		}
	}

	/**
	 * Return a field.
	 * @return {@code null} if it is not there, or null
	 */
	@Nullable JsonNode find(String name) {
		JsonNode value = this.object.get(name);
		return (value != null && !value.isNull()) ? value : null;
	}

	@Nullable String text(String name) {
		JsonNode value = find(name);
		if (value == null) {
			return null;
		}
		if (!value.isString()) {
			throw invalid(name, "it must be a text");
		}
		return value.stringValue();
	}

	@Nullable Long whole(String name) {
		JsonNode value = find(name);
		if (value == null) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong()) {
			throw invalid(name, "it must be a whole number");
		}
		return value.longValue();
	}

	@Nullable Instant instant(String name) {
		String text = text(name);
		try {
			return (text != null) ? Instant.parse(text) : null;
		}
		catch (DateTimeParseException ex) {
			throw invalid(name, "it must be a time such as 2026-12-24T00:00:00Z");
		}
	}

	<T> @Nullable T parsed(String name, Parser<T> parser) {
		String text = text(name);
		try {
			return (text != null) ? parser.parse(text) : null;
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw invalid(name, String.valueOf(ex.getMessage()));
		}
	}

	<E extends Enum<E>> @Nullable E word(String name, Class<E> type) {
		String text = text(name);
		if (text == null) {
			return null;
		}
		for (E constant : type.getEnumConstants()) {
			if (JsonFields.word(constant).equals(text)) {
				return constant;
			}
		}
		throw invalid(name, "it must be one of "
				+ Arrays.stream(type.getEnumConstants()).map(JsonFields::word).collect(Collectors.joining(", ")));
	}

	/**
	 * Return a constant as the configuration writes it.
	 */
	static String word(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	InvalidRuleException invalid(String name, String reason) {
		return new InvalidRuleException(this.path + name, reason);
	}

	/**
	 * Reads a text.
	 */
	interface Parser<T> {

		T parse(String text);

	}

}

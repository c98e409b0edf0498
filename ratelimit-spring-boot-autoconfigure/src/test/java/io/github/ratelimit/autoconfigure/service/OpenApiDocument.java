package io.github.ratelimit.autoconfigure.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service's OpenAPI document, to hold answers to: of JSON Schema it knows what the
 * document uses, and nothing else may be in it.
 */
final class OpenApiDocument {

	private static final Set<String> KEYWORDS = Set.of("$ref", "type", "properties", "required", "additionalProperties",
			"items", "enum", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "minItems", "maxItems",
			"pattern", "oneOf", "description", "default", "format");

	private static final Set<String> UNKNOWN = Set.of("405", "401", "403");

	private final JsonNode root;

	OpenApiDocument() {
		try (InputStream in = OpenApiDocument.class.getResourceAsStream("/io/github/ratelimit/service/openapi.json")) {
			this.root = JsonMapper.shared().readTree(Objects.requireNonNull(in));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	JsonNode root() {
		return this.root;
	}

	/**
	 * Return all operations, as {@code POST /v1/check}.
	 */
	Set<String> operations() {
		Set<String> operations = new TreeSet<>();
		this.root.get("paths")
			.forEachEntry((path, methods) -> methods.propertyNames()
				.forEach((method) -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
		return operations;
	}

	/**
	 * Check that an answer of the service is as the document says.
	 */
	void check(String method, String path, HttpResponse<String> response) {
		String plain = path.replaceFirst("\\?.*", "");
		JsonNode methods = this.root.get("paths").get(plain.startsWith("/rules/") ? "/rules/{client}" : plain);
		if (methods == null) {
			return;
		}
		String name = (method.equals("HEAD")) ? "get" : method.toLowerCase(Locale.ROOT);
		String status = Integer.toString(response.statusCode());
		if (!methods.has(name)) {
			assertThat(UNKNOWN).contains(status);
			requireValid(response, this.root.at("/components/schemas/Problem"));
			return;
		}
		JsonNode documented = methods.get(name).get("responses").get(status);
		assertThat(documented).as("%s %s is answered with %s: %s", method, path, status, response.body()).isNotNull();
		documented = resolve(documented);
		String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
		if (!documented.has("content")) {
			assertThat(response.body()).isEmpty();
			return;
		}
		JsonNode content = documented.get("content").get(type);
		assertThat(content).as("%s %s is answered with %s", method, path, type).isNotNull();
		documented.path("headers")
			.propertyNames()
			.forEach((header) -> assertThat(response.headers().firstValue(header)).as(header).isPresent());
		if (!method.equals("HEAD") && type.endsWith("json")) {
			requireValid(response, content.get("schema"));
		}
	}

	private void requireValid(HttpResponse<String> response, JsonNode schema) {
		List<String> faults = new ArrayList<>();
		validate(ServiceApplication.json(response), schema, "$", faults);
		assertThat(faults).as(response.body()).isEmpty();
	}

	JsonNode resolve(JsonNode node) {
		return (node.has("$ref")) ? this.root.at(node.get("$ref").stringValue().substring(1)) : node;
	}

	/**
	 * Validate a value, and add what is wrong.
	 */
	void validate(@Nullable JsonNode value, JsonNode given, String place, List<String> faults) {
		JsonNode schema = resolve(given);
		schema.propertyNames().forEach((keyword) -> assertThat(KEYWORDS).contains(keyword));
		if (value == null || !isOfType(value, schema)) {
			faults.add(place + " is not of type " + schema.get("type") + ": " + value);
			return;
		}
		if (schema.has("oneOf")) {
			long valid = schema.get("oneOf").valueStream().filter((one) -> isValid(value, one)).count();
			require(valid == 1, place + " is valid by " + valid + " of oneOf", faults);
		}
		require(!schema.has("enum") || schema.get("enum").valueStream().anyMatch(value::equals), place + " is " + value,
				faults);
		if (value.isNumber()) {
			validateNumber(value.decimalValue(), schema, place, faults);
		}
		if (value.isString()) {
			String text = value.stringValue();
			require(text.length() >= schema.path("minLength").asInt(0), place + " is too short", faults);
			require(text.length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE), place + " is too long", faults);
			require(!schema.has("pattern") || Pattern.compile(schema.get("pattern").stringValue()).matcher(text).find(),
					place + " is " + text, faults);
		}
		if (value.isArray() && schema.has("items")) {
			for (int i = 0; i < value.size(); i++) {
				validate(value.get(i), schema.get("items"), place + "[" + i + "]", faults);
			}
		}
		if (value.isObject()) {
			validateObject(value, schema, place, faults);
		}
	}

	private static void validateNumber(BigDecimal number, JsonNode schema, String place, List<String> faults) {
		require(!schema.has("minimum") || number.compareTo(schema.get("minimum").decimalValue()) >= 0,
				place + " is " + number, faults);
		require(!schema.has("maximum") || number.compareTo(schema.get("maximum").decimalValue()) <= 0,
				place + " is " + number, faults);
		require(!schema.has("exclusiveMinimum") || number.compareTo(schema.get("exclusiveMinimum").decimalValue()) > 0,
				place + " is " + number, faults);
	}

	private void validateObject(JsonNode value, JsonNode schema, String place, List<String> faults) {
		schema.path("required")
			.forEach((name) -> require(value.has(name.stringValue()), place + " has no " + name, faults));
		JsonNode properties = schema.path("properties");
		value.forEachEntry((name, member) -> {
			if (properties.has(name)) {
				validate(member, properties.get(name), place + "." + name, faults);
			}
			else {
				require(schema.path("additionalProperties").asBoolean(true), place + " has " + name, faults);
			}
		});
	}

	private boolean isValid(JsonNode value, JsonNode schema) {
		List<String> faults = new ArrayList<>();
		validate(value, schema, "$", faults);
		return faults.isEmpty();
	}

	private static boolean isOfType(JsonNode value, JsonNode schema) {
		JsonNode types = schema.get("type");
		return types == null
				|| ((types.isArray()) ? types.valueStream().anyMatch((type) -> is(value, type)) : is(value, types));
	}

	private static boolean is(JsonNode value, JsonNode type) {
		return switch (type.stringValue()) {
			case "object" -> value.isObject();
			case "array" -> value.isArray();
			case "string" -> value.isString();
			case "boolean" -> value.isBoolean();
			case "integer" -> value.isIntegralNumber();
			case "number" -> value.isNumber();
			case "null" -> value.isNull();
			default -> throw new IllegalArgumentException(type.toString());
		};
	}

	private static void require(boolean holds, String fault, List<String> faults) {
		if (!holds) {
			faults.add(fault);
		}
	}

}

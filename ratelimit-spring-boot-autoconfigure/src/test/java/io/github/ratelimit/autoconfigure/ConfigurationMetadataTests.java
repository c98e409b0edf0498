package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import io.github.ratelimit.check.Check;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of the configuration properties that editors and the
 * documentation read.
 */
class ConfigurationMetadataTests {

	/**
	 * Properties that mean something of their own where they are not set.
	 */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("ratelimit.application", "ratelimit.checks",
			"ratelimit.circuit-breaker.slow-call-duration", "ratelimit.client-address.header",
			"ratelimit.client-address.hops", "ratelimit.client-address.trusted-proxies", "ratelimit.filter.order",
			"ratelimit.keys.secret", "ratelimit.observations.enabled", "ratelimit.plans", "ratelimit.redis.ssl-bundle",
			"ratelimit.redis.url", "ratelimit.routes", "ratelimit.rules.configured", "ratelimit.rules.jdbc.platform",
			"ratelimit.service.admin-api-key", "ratelimit.service.api-key", "ratelimit.service-client.api-key",
			"ratelimit.service-client.local-limits", "ratelimit.service-client.ssl-bundle",
			"ratelimit.service-client.url", "ratelimit.tiers");

	private static JsonNode metadata;

	@BeforeAll
	static void read() throws IOException {
		List<JsonNode> own = new ArrayList<>();
		for (URL url : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = url.openStream()) {
				JsonNode candidate = JsonMapper.shared().readTree(in);
				if (candidate.toString().contains("io.github.ratelimit")) {
					own.add(candidate);
				}
			}
		}
		assertThat(own).hasSize(1);
		metadata = own.get(0);
	}

	@Test
	void propertiesAreThoseThatAreDocumented() {
		assertThat(properties().keySet()).contains("ratelimit.application",
				"ratelimit.circuit-breaker.failure-threshold", "ratelimit.circuit-breaker.slow-call-duration",
				"ratelimit.circuit-breaker.wait", "ratelimit.circuit-breaker.window-size",
				"ratelimit.client-address.header", "ratelimit.client-address.hops",
				"ratelimit.client-address.ipv4-prefix", "ratelimit.client-address.ipv6-prefix",
				"ratelimit.client-address.trusted-proxies", "ratelimit.enabled", "ratelimit.failure-mode",
				"ratelimit.filter.order", "ratelimit.keys.secret", "ratelimit.plans", "ratelimit.memory.max-counters",
				"ratelimit.redis.connect-timeout", "ratelimit.redis.enabled", "ratelimit.redis.heartbeat-interval",
				"ratelimit.redis.timeout", "ratelimit.redis.url", "ratelimit.response.headers", "ratelimit.routes",
				"ratelimit.tiers");
	}

	@Test
	void everyPropertyIsDescribedInSentencesWithoutLeadingArticle() {
		assertThat(properties()).isNotEmpty()
			.allSatisfy((name, property) -> assertThat(property.path("description").asString("")).as(name)
				.matches("[A-Z].*\\.")
				.doesNotMatch("(The|A|An) .*")
				.doesNotContainIgnoringCase("defaults to"));
	}

	@Test
	void switchesAreDescribedByWhether() {
		assertThat(properties().values().stream().filter((property) -> is(property, Boolean.class))).isNotEmpty()
			.allSatisfy((property) -> assertThat(property.path("description").asString()).startsWith("Whether "));
	}

	@Test
	void everyPropertyThatHasADefaultTellsIt() {
		assertThat(properties()).allSatisfy((name, property) -> assertThat(property.has("defaultValue")).as(name)
			.isNotEqualTo(WITHOUT_DEFAULT.contains(name)));
		assertThat(defaultOf("ratelimit.enabled")).isEqualTo("true");
		assertThat(defaultOf("ratelimit.failure-mode")).isEqualTo("\"local\"");
		assertThat(defaultOf("ratelimit.redis.timeout")).isEqualTo("\"100ms\"");
	}

	@Test
	void defaultsThatAreWrittenByHandAreThoseOfTheCode() {
		RateLimitProperties properties = new RateLimitProperties();
		assertThat(defaultOf("ratelimit.memory.max-counters"))
			.isEqualTo(Integer.toString(properties.getMemory().getMaxCounters()));
		assertThat(defaultOf("ratelimit.response.headers")).isEqualTo("\"ratelimit\"");
		assertThat(properties.getResponse().getHeaders()).hasToString("[RATELIMIT]");
	}

	@Test
	void hintsGiveValuesForPropertiesThatThereAre() {
		assertThat(elements("hints").stream().map((hint) -> hint.path("name").asString()))
			.contains("ratelimit.tiers.keys", "ratelimit.response.headers")
			.allSatisfy((name) -> assertThat(properties()).containsKey(name.replaceFirst("\\.(keys|values)$", "")));
		assertThat(elements("hints"))
			.allSatisfy((hint) -> assertThat(hint.path("values").isEmpty()).as(hint.toString()).isFalse());
	}

	@Test
	void hintsNameAllChecks() {
		assertThat(elements("hints").stream()
			.filter((hint) -> hint.path("name").asString().equals("ratelimit.checks.keys"))
			.flatMap((hint) -> hint.path("values").valueStream())
			.map((value) -> value.path("value").asString())).containsExactlyElementsOf(
					Arrays.stream(Check.values()).map((check) -> check.code().toLowerCase(Locale.ROOT)).toList());
	}

	private static boolean is(JsonNode property, Class<?> type) {
		return property.path("type").asString().equals(type.getName());
	}

	private static String defaultOf(String name) {
		return properties().get(name).path("defaultValue").toString();
	}

	private static TreeMap<String, JsonNode> properties() {
		TreeMap<String, JsonNode> properties = new TreeMap<>();
		elements("properties").forEach((property) -> properties.put(property.path("name").asString(), property));
		return properties;
	}

	private static List<JsonNode> elements(String name) {
		return StreamSupport.stream(metadata.path(name).spliterator(), false).toList();
	}

}

package io.github.ratelimit.autoconfigure;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the settings in README.md to the configuration metadata.
 */
class SettingsDocumentationTests {

	private static final String START = "<!-- settings -->";

	private static final String END = "<!-- /settings -->";

	@Test
	void listsAllSettingsAsTheMetadataHasThem() throws IOException {
		assertThat(rows(metadata())).isNotEmpty();
		assertThat(table()).isEqualTo(rows(metadata()));
	}

	@Test
	void namesAllSettingsOfTiersPlansAndRoutes() throws IntrospectionException, IOException {
		String readme = readme();
		for (Class<?> type : new Class<?>[] { TierProperties.class, PlanProperties.class, PlanRuleProperties.class,
				RouteProperties.class }) {
			for (var property : Introspector.getBeanInfo(type, Object.class).getPropertyDescriptors()) {
				String name = property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
				assertThat(readme).as(type.getSimpleName()).containsPattern("\\| `" + name + "(\\.<plan>)?` \\|");
			}
		}
	}

	private static String table() throws IOException {
		String readme = readme();
		assertThat(readme).containsOnlyOnce(START).containsOnlyOnce(END);
		return readme.substring(readme.indexOf(START) + START.length(), readme.indexOf(END)).strip();
	}

	private static String rows(Map<String, JsonNode> properties) {
		return Stream
			.concat(Stream.of("| Setting | Type | Default | What it is |", "|---|---|---|---|"),
					properties.entrySet().stream().map((entry) -> row(entry.getKey(), entry.getValue())))
			.collect(Collectors.joining("\n"));
	}

	private static String row(String name, JsonNode property) {
		String type = property.get("type").asString().replaceAll("[a-z0-9]+\\.|[A-Za-z]+\\$|Properties(?=>)", "");
		String value = property.has("defaultValue") ? "`" + property.get("defaultValue").asString() + "`" : "";
		return "| `%s` | `%s` | %s | %s |".formatted(name, type, value, property.get("description").asString());
	}

	private static Map<String, JsonNode> metadata() throws IOException {
		Map<String, JsonNode> properties = new TreeMap<>();
		try (InputStream in = ClassUtils.getDefaultClassLoader()
			.getResourceAsStream("META-INF/spring-configuration-metadata.json")) {
			JsonMapper.shared()
				.readTree(in)
				.get("properties")
				.forEach((property) -> properties.put(property.get("name").asString(), property));
		}
		properties.keySet().removeIf((name) -> !name.startsWith("ratelimit."));
		return properties;
	}

	private static String readme() throws IOException {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve("CONTRIBUTING.md"))) {
			directory = directory.getParent();
		}
		assertThat(directory).as("directory of the project").isNotNull();
		return Files.readString(directory.resolve("README.md"));
	}

}

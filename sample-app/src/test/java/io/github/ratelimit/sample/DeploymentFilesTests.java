package io.github.ratelimit.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the files under {@code deploy} say of the application and of each other.
 */
class DeploymentFilesTests {

	/**
	 * What the application reads besides its properties.
	 */
	private static final Set<String> FURTHER_VARIABLES = Set.of("REDIS_URL");

	private static final Path DEPLOY = Path.of("").toAbsolutePath().resolveSibling("deploy");

	private final Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));

	@Test
	void variablesOfComposeAreProperties() throws IOException {
		Map<String, String> variables = map(services(), "limiter-1", "environment");
		assertThat(variables).isEqualTo(map(services(), "limiter-2", "environment"));
		assertThat(known()).containsAll(variables.keySet());
	}

	@Test
	void variablesOfKubernetesAreProperties() throws IOException {
		assertThat(known()).containsAll(map(kubernetes("configmap"), "data").keySet())
			.containsAll(map(kubernetes("secret-example"), "stringData").keySet());
	}

	@Test
	void exampleSecretsAreEmpty() {
		assertThat(map(kubernetes("secret-example"), "stringData").values()).containsOnly("");
		assertThat(Documents.read("deploy/example.env").lines().filter((line) -> !line.startsWith("#")))
			.allMatch((line) -> line.endsWith("="));
	}

	@Test
	void variablesThatComposeAsksForAreInTheExample() {
		Set<String> asked = found("\\$\\{(\\w+):\\?", "deploy/compose.yaml");
		assertThat(found("(?m)^(\\w+)=", "deploy/example.env")).isEqualTo(asked);
	}

	@Test
	void profileExists() {
		assertThat(map(kubernetes("configmap"), "data")).containsEntry("SPRING_PROFILES_ACTIVE", "service");
		assertThat(Documents.read("deploy/Dockerfile")).contains("SPRING_PROFILES_ACTIVE=service");
		assertThat(getClass().getResource("/application-service.yml")).isNotNull();
	}

	@Test
	void instancesThatAreBalancedAndScrapedAreThoseThatRun() {
		Set<String> instances = Set.of("limiter-1:8080", "limiter-2:8080");
		assertThat(services()).containsKeys("limiter-1", "limiter-2");
		assertThat(found("server (limiter-\\S+)", "deploy/nginx/nginx.conf")).isEqualTo(instances);
		assertThat(found("(limiter-\\d:\\d+)", "deploy/prometheus/prometheus.yml")).isEqualTo(instances);
		assertThat(Documents.read("deploy/Dockerfile")).contains("EXPOSE 8080");
		assertThat(Documents.read("deploy/kubernetes/deployment.yaml")).contains("containerPort: 8080");
	}

	@Test
	void filesThatAreMountedExist() {
		assertThat(found("\\./([\\w./-]+):/", "deploy/compose.yaml")).isNotEmpty()
			.allSatisfy((file) -> assertThat(DEPLOY.resolve(file)).exists());
	}

	@Test
	void containersThatEndAreStartedAgain() {
		assertThat(services().values())
			.allSatisfy((service) -> assertThat(map(service)).containsEntry("restart", "unless-stopped"));
	}

	@Test
	void userOfTheImageIsTheOneOfKubernetes() {
		assertThat(found("USER (\\d+)", "deploy/Dockerfile"))
			.isEqualTo(found("runAsUser: (\\d+)", "deploy/kubernetes/deployment.yaml"));
	}

	/**
	 * Without this the kernel ends an instance that is busy.
	 */
	@Test
	void memoryHasRoomForTheHeapAndTheRestOfTheJvm() {
		String percentage = one("MaxRAMPercentage=(\\d+)", "deploy/Dockerfile");
		String memory = one("limits: \\{ memory: (\\d+)Mi }", "deploy/kubernetes/deployment.yaml");
		assertThat(one("mem_limit: (\\d+)m", "deploy/compose.yaml")).isEqualTo(memory);
		assertThat(Integer.parseInt(memory) * (100 - Integer.parseInt(percentage)) / 100).isGreaterThan(300);
	}

	@Test
	void resourcesOfTheKustomizationExist() {
		List<String> resources = value(kubernetes("kustomization"), "resources");
		assertThat(resources).isNotEmpty()
			.allSatisfy((resource) -> assertThat(DEPLOY.resolve("kubernetes").resolve(resource)).exists());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deployment", "service", "disruption-budget" })
	void selectorsAreTheLabelOfInstances(String manifest) {
		assertThat(Documents.read("deploy/kubernetes/" + manifest + ".yaml"))
			.contains("{ app.kubernetes.io/name: limiter }");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/check", "/v1/check/batch", "/v1/", "/rules", "/health", "/circuit-breaker-status",
			"/metrics" })
	void callersReachTheServiceAndNothingElse(String path) {
		Set<String> locations = found("location (?:= )?(\\S+) \\{ proxy_pass", "deploy/nginx/service.conf");
		assertThat(locations).hasSize(7).contains(path);
		assertThat(Documents.read("deploy/nginx/service.conf")).contains("location / { return 404; }");
	}

	/**
	 * Each property of each module on the class path, as the environment writes it.
	 */
	private static Set<String> known() throws IOException {
		Set<String> known = new HashSet<>(FURTHER_VARIABLES);
		known.add("SPRING_PROFILES_ACTIVE");
		for (URL url : Collections.list(DeploymentFilesTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream json = url.openStream()) {
				for (JsonNode property : new JsonMapper().readTree(json).path("properties")) {
					known.add(variable(property.path("name").stringValue()));
				}
			}
		}
		return known;
	}

	private static String variable(String property) {
		return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

	private Map<String, Object> services() {
		return value(load("compose.yaml"), "services");
	}

	private Map<String, Object> kubernetes(String manifest) {
		return load("kubernetes/" + manifest + ".yaml");
	}

	private Map<String, Object> load(String file) {
		assertThat(Files.exists(DEPLOY.resolve(file))).isTrue();
		return this.yaml.load(Documents.read("deploy/" + file));
	}

	private static Map<String, String> map(Object yaml, String... path) {
		return value(yaml, path);
	}

	@SuppressWarnings("unchecked")
	private static <T> T value(Object yaml, String... path) {
		Object value = yaml;
		for (String name : path) {
			value = ((Map<String, Object>) value).get(name);
		}
		return (T) value;
	}

	private static String one(String pattern, String document) {
		Set<String> found = found(pattern, document);
		assertThat(found).hasSize(1);
		return found.iterator().next();
	}

	private static Set<String> found(String pattern, String document) {
		Set<String> found = new HashSet<>();
		Pattern.compile(pattern)
			.matcher(Documents.read(document))
			.results()
			.map((MatchResult result) -> result.group(1))
			.forEach(found::add);
		return found;
	}

}

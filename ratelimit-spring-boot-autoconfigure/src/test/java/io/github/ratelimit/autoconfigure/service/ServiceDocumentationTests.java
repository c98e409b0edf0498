package io.github.ratelimit.autoconfigure.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds docs/service.md to the service.
 */
class ServiceDocumentationTests {

	private static final String DOCUMENT = "docs/service.md";

	private static final Pattern REQUEST = Pattern.compile("`(GET|POST|DELETE) ([^?`]+)[^`]*`");

	@Test
	void listsAllRequestsAndNoOthers() {
		Set<String> listed = new TreeSet<>();
		Documents.read(DOCUMENT)
			.lines()
			.filter((line) -> line.startsWith("| `") && line.contains(" /"))
			.forEach((line) -> {
				Matcher request = REQUEST.matcher(line);
				while (request.find()) {
					listed.add(request.group(1) + " " + request.group(2));
				}
			});
		assertThat(listed).isEqualTo(new OpenApiDocument().operations());
	}

	@Test
	void namesEveryProperty() {
		assertThat(Arrays.stream(RateLimitServiceProperties.class.getDeclaredFields())
			.map((field) -> field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)))
			.allSatisfy((property) -> assertThat(Documents.read(DOCUMENT)).contains(property));
	}

	@Test
	void serviceStartsWithTheExample() {
		String example = Documents.blocks(DOCUMENT, "yaml").get(0);
		YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
		yaml.setResources(new ByteArrayResource(example.replace("${RATELIMIT_API_KEY}", ServiceApplication.CHECK_KEY)
			.replace("${RATELIMIT_ADMIN_API_KEY}", ServiceApplication.ADMIN_KEY)
			.getBytes(StandardCharsets.UTF_8)));
		Properties properties = yaml.getObject();
		assertThat(properties).isNotNull();
		new Binder(new MapConfigurationPropertySource(properties)).bind("ratelimit.service",
				Bindable.of(RateLimitServiceProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true));
		properties.remove("ratelimit.redis.url");
		try (ServiceApplication service = ServiceApplication.start(ServiceApplication.Nothing.class,
				properties.stringPropertyNames()
					.stream()
					.map((name) -> name + "=" + properties.getProperty(name))
					.toArray(String[]::new))) {
			assertThat(service.check("{\"client_id\":\"user_123\",\"limit_key\":\"login\",\"cost\":1}").body())
				.startsWith("{\"allowed\":true,\"remaining\":19,\"retry_after_ms\":0,\"limit\":20,\"window\":60,");
		}
	}

}

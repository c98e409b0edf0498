package io.github.ratelimit.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a native image has all scripts.
 */
class NativeResourcesTests {

	private static final String CONFIG = "/META-INF/native-image/io.github.ratelimit/"
			+ "ratelimit-spring-boot-autoconfigure/resource-config.json";

	private static final String SCRIPTS = "io/github/ratelimit/store/redis/";

	@Test
	void everyScriptIsInANativeImage() throws IOException {
		List<String> scripts = List
			.of(new PathMatchingResourcePatternResolver().getResources("classpath*:" + SCRIPTS + "*.lua"))
			.stream()
			.map(Resource::getFilename)
			.toList();
		assertThat(scripts).contains("acquire.lua", "settle.lua", "token-bucket.lua");
		Pattern included = Pattern.compile(pattern());
		assertThat(scripts).allMatch((script) -> included.matcher(SCRIPTS + script).matches());
	}

	private static String pattern() throws IOException {
		try (InputStream in = NativeResourcesTests.class.getResourceAsStream(CONFIG)) {
			JsonNode includes = JsonMapper.shared().readTree(in).path("resources").path("includes");
			return StreamSupport.stream(includes.spliterator(), false)
				.map((include) -> include.path("pattern").stringValue())
				.filter((pattern) -> pattern.startsWith(SCRIPTS))
				.findFirst()
				.orElseThrow();
		}
	}

}

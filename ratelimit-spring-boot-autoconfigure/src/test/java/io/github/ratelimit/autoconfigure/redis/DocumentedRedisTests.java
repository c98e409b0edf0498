package io.github.ratelimit.autoconfigure.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the ways to name a Redis in {@code docs/redis.md} to those there are.
 */
class DocumentedRedisTests {

	static Stream<String> examples() {
		return Documents.blocks("docs/redis.md", "yaml").stream();
	}

	@ParameterizedTest
	@MethodSource("examples")
	void exampleNamesARedisAndSetsOnlyWhatThereIs(String example) {
		StandardEnvironment environment = environment(example);
		Binder binder = Binder.get(environment);
		BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT,
				(source) -> source.toString().contains("example"));
		RateLimitProperties properties = binder.bindOrCreate("ratelimit", Bindable.of(RateLimitProperties.class),
				strict);
		binder.bindOrCreate(SpringDataRedisSettings.PREFIX, Bindable.of(SpringDataRedisSettings.class), strict);
		RedisTarget target = new RedisTargets(environment, properties, null,
				new DefaultSslBundleRegistry("limits", SslBundle.of(SslStoreBundle.NONE)))
			.find();
		assertThat(target).isNotNull();
		assertThat(Objects.requireNonNull(target).sslBundle() != null).isEqualTo(example.contains("bundle: limits"));
		assertThat(target.address().toString()).contains("example.org");
	}

	private static StandardEnvironment environment(String example) {
		StandardEnvironment environment = new StandardEnvironment();
		try {
			new YamlPropertySourceLoader()
				.load("example", new ByteArrayResource(example.getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addFirst);
		}
		catch (IOException ex) {
			throw new AssertionError(example, ex);
		}
		return environment;
	}

}

package io.github.ratelimit.autoconfigure.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.Rate;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.client.RateLimitServiceClient;
import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the configuration in docs/client.md to what can be configured.
 */
class ClientDocumentationTests {

	static Stream<String> blocks() {
		List<String> blocks = Documents.blocks("docs/client.md", "yaml");
		assertThat(blocks).hasSize(2);
		return blocks.stream();
	}

	@ParameterizedTest
	@MethodSource("blocks")
	void examplesSetOnlyWhatThereIs(String block) {
		ApplicationConversionService conversion = new ApplicationConversionService();
		conversion.addConverter(String.class, Rate.class, Rate::parse);
		Binder binder = new Binder(ConfigurationPropertySources.from(source(block)),
				new PropertySourcesPlaceholdersResolver(List.of()), conversion);
		assertThat(binder
			.bind(RateLimitServiceClientProperties.PREFIX, Bindable.of(RateLimitServiceClientProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true))
			.isBound()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("blocks")
	void applicationsStartWithTheExamples(String block) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
					RateLimitServiceClientAutoConfiguration.class))
			.withPropertyValues("LIMITS_API_KEY=k-1")
			.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(source(block)))
			.run((context) -> {
				assertThat(context).hasSingleBean(RateLimitServiceClient.class);
				assertThat(context.getBean(RateLimitServiceClientProperties.class).getApiKey()).isEqualTo("k-1");
			});
	}

	private static PropertySource<?> source(String block) {
		try {
			return new YamlPropertySourceLoader()
				.load("example", new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8)))
				.get(0);
		}
		catch (IOException ex) {
			throw new AssertionError(block, ex);
		}
	}

}

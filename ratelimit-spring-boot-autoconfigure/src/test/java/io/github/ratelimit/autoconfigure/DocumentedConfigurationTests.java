package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import io.github.ratelimit.testsupport.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the configuration in documents to what can be configured.
 */
class DocumentedConfigurationTests {

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/algorithms.md", "docs/reliability.md", "docs/security.md" })
	void examplesSetOnlyWhatThereIs(String document) {
		for (String block : blocks(document)) {
			Binder binder = binder(block);
			BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true);
			BindResult<?> circuitBreaker = binder.bind(CircuitBreakerProperties.PREFIX,
					Bindable.of(CircuitBreakerProperties.class), strict);
			BindResult<?> clientAddress = binder.bind(ClientAddressProperties.PREFIX,
					Bindable.of(ClientAddressProperties.class), strict);
			BindResult<?> rules = binder.bind("ratelimit.rules", Bindable.of(RulesProperties.class), strict);
			BindResult<?> others = binder.bind("ratelimit", Bindable.of(RateLimitProperties.class), strict);
			assertThat(Stream.of(circuitBreaker, clientAddress, rules, others)).as(block).anyMatch(BindResult::isBound);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/algorithms.md", "docs/reliability.md", "docs/security.md" })
	void applicationsStartWithTheExamples(String document) {
		for (String block : blocks(document)) {
			RateLimitProperties properties = binder(block).bind("ratelimit", RateLimitProperties.class)
				.orElseGet(RateLimitProperties::new);
			new WebApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
						RateLimitServletAutoConfiguration.class))
				.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(source(block)))
				.run((context) -> {
					assertThat(context).as(block).hasNotFailed();
					assertThat(context.getBean(RateLimiterRegistry.class).getTiers()).as(block)
						.containsAll(properties.getTiers().keySet());
				});
		}
	}

	private static Binder binder(String block) {
		ApplicationConversionService conversion = new ApplicationConversionService();
		conversion.addConverter(new StringToRateConverter());
		return new Binder(ConfigurationPropertySources.from(source(block)),
				new PropertySourcesPlaceholdersResolver(List.of()), conversion);
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

	private static List<String> blocks(String document) {
		List<String> blocks = Documents.blocks(document, "yaml")
			.stream()
			.filter((block) -> block.startsWith("ratelimit:\n"))
			.toList();
		assertThat(blocks).as(document).isNotEmpty();
		return blocks;
	}

}

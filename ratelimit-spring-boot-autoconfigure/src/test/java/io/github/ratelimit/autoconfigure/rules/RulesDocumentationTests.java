package io.github.ratelimit.autoconfigure.rules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.check.RateLimitCheckAutoConfiguration;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.testsupport.Documents;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.jdbc.JdbcRuleRepository;
import io.github.ratelimit.tier.json.RuleJson;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/rules.md} to what there is.
 */
class RulesDocumentationTests {

	private static final String DOCUMENT = "docs/rules.md";

	private static final String RESOURCES = "io/github/ratelimit/tier/jdbc/";

	private static final String MIGRATION = RESOURCES + "migration/postgresql/R__ratelimit_rules.sql";

	@Test
	void configuredRulesHold() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitCheckAutoConfiguration.class))
			.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(source(0)))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Rules.class).current().all()).hasSize(3)
					.extracting((rule) -> rule.limits().size())
					.containsExactlyInAnyOrder(1, 1, 2);
				assertThat(context.getBean(Findings.class).all()).extracting((finding) -> finding.check().code())
					.doesNotContain("RL013");
			});
	}

	@Test
	void settingsOfTheDatabaseAreThoseThatThereAre() {
		RulesJdbcProperties jdbc = new Binder(ConfigurationPropertySources.from(source(1)))
			.bind("ratelimit.rules.jdbc", Bindable.of(RulesJdbcProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true))
			.get();
		assertThat(jdbc.isEnabled()).isTrue();
	}

	@Test
	void rulesInJsonAreRules() {
		RuleJson json = new RuleJson(Algorithm.TOKEN_BUCKET);
		List<Rule> rules = Documents.blocks(DOCUMENT, "json").stream().map(json::read).toList();
		assertThat(rules).hasSize(2);
		assertThat(rules.get(0).limits()).hasSize(2);
		assertThat(rules.get(1).limits().get(0).rate()).hasToString("20/m");
	}

	@Test
	void statementsDoWhatTheySay() {
		try (PostgresProcess postgres = PostgresProcess.create()) {
			new ResourceDatabasePopulator(new ClassPathResource(MIGRATION)).execute(postgres.dataSource());
			new ResourceDatabasePopulator(
					new ByteArrayResource(Documents.blocks(DOCUMENT, "sql").get(0).getBytes(StandardCharsets.UTF_8)))
				.execute(postgres.dataSource());
			LoadedRules loaded = new JdbcRuleRepository(postgres.dataSource(), new RuleJson(Algorithm.TOKEN_BUCKET),
					InstantSource.system())
				.load();
			assertThat(loaded.skipped()).isEmpty();
			assertThat(loaded.rules()).singleElement().satisfies((stored) -> {
				assertThat(stored.version()).isEqualTo(2);
				assertThat(stored.rule().limits().get(0).rate()).hasToString("30/s");
			});
		}
	}

	@Test
	void migrationCreatesWhatTheSchemaDoes() {
		assertThat(read(MIGRATION)).isEqualTo(read(RESOURCES + "schema-postgresql.sql"));
		assertThat(source(2).getProperty("spring.flyway.locations")).asString()
			.contains("classpath:" + MIGRATION.substring(0, MIGRATION.lastIndexOf('/')));
	}

	private static String read(String resource) {
		try (InputStream in = new ClassPathResource(resource).getInputStream()) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(resource, ex);
		}
	}

	private static PropertySource<?> source(int block) {
		try {
			return new YamlPropertySourceLoader()
				.load("example",
						new ByteArrayResource(
								Documents.blocks(DOCUMENT, "yaml").get(block).getBytes(StandardCharsets.UTF_8)))
				.get(0);
		}
		catch (IOException ex) {
			throw new AssertionError(DOCUMENT, ex);
		}
	}

}

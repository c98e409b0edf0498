package io.github.ratelimit.tier.jdbc;

import javax.sql.DataSource;

import io.github.ratelimit.testsupport.PostgresProcess;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The PostgreSQL server that tests of this package share while they do not stop it, and
 * the tables of rules.
 */
final class RuleDatabase {

	static final String SCHEMA = "io/github/ratelimit/tier/jdbc/schema-postgresql.sql";

	private RuleDatabase() {
	}

	/**
	 * Return the shared server, whose tables are there and empty.
	 */
	static PostgresProcess empty() {
		// Dropped, because a test may have left tables that are not as they should be
		Shared.SERVER.client().sql("drop table if exists ratelimit_rule, ratelimit_rule_change").update();
		createTables(Shared.SERVER.dataSource());
		return Shared.SERVER;
	}

	static void createTables(DataSource dataSource) {
		new ResourceDatabasePopulator(new ClassPathResource(SCHEMA)).execute(dataSource);
	}

	/**
	 * Started by the first test that asks.
	 */
	private static final class Shared {

		static final PostgresProcess SERVER = PostgresProcess.create();

		static {
			Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close, "postgres-shutdown"));
		}

		private Shared() {
		}

	}

}

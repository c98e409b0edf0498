package io.github.ratelimit.autoconfigure.rules;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Configuration properties of rules that are kept in a database. Apart from those of
 * other rules, because they name a type of a module that need not be there.
 */
@ConfigurationProperties("ratelimit.rules.jdbc")
public class RulesJdbcProperties {

	/**
	 * Whether rules are kept in the application's database too.
	 */
	private boolean enabled = false;

	/**
	 * When the tables are created as the application starts.
	 */
	private DatabaseInitializationMode initializeSchema = DatabaseInitializationMode.EMBEDDED;

	/**
	 * Path of the SQL file that creates the tables.
	 */
	private String schema = "classpath:io/github/ratelimit/tier/jdbc/schema-@@platform@@.sql";

	/**
	 * Platform that stands for the placeholder in the path of the SQL file. By default
	 * that of the database.
	 */
	private @Nullable String platform;

	/**
	 * Time between looks at whether rules have changed.
	 */
	private Duration pollInterval = Duration.ofMillis(500);

	/**
	 * Whether PostgreSQL is asked to tell of changes at once, which takes one connection
	 * of the pool.
	 */
	private boolean listen = true;

	/**
	 * How long the database may take to answer.
	 */
	private Duration timeout = Duration.ofSeconds(2);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public DatabaseInitializationMode getInitializeSchema() {
		return this.initializeSchema;
	}

	public void setInitializeSchema(DatabaseInitializationMode initializeSchema) {
		this.initializeSchema = initializeSchema;
	}

	public String getSchema() {
		return this.schema;
	}

	public void setSchema(String schema) {
		this.schema = schema;
	}

	public @Nullable String getPlatform() {
		return this.platform;
	}

	public void setPlatform(@Nullable String platform) {
		this.platform = platform;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public boolean isListen() {
		return this.listen;
	}

	public void setListen(boolean listen) {
		this.listen = listen;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

}

package io.github.ratelimit.autoconfigure.rules;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.StringUtils;

/**
 * Creates the tables of rules by Boot's convention, but not while beans are made: an
 * application whose database is down starts all the same, and gets its tables when the
 * database is back.
 */
final class RulesSchema {

	private final DataSource dataSource;

	private final RulesJdbcProperties properties;

	private final ResourceLoader resourceLoader;

	RulesSchema(DataSource dataSource, RulesJdbcProperties properties, ResourceLoader resourceLoader) {
		this.dataSource = dataSource;
		this.properties = properties;
		this.resourceLoader = resourceLoader;
	}

	/**
	 * Create the tables, if that is to be done. May be called again.
	 */
	void create() {
		if (this.properties.getInitializeSchema() == DatabaseInitializationMode.NEVER) {
			return;
		}
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(locations());
		settings.setMode(this.properties.getInitializeSchema());
		DataSourceScriptDatabaseInitializer initializer = new DataSourceScriptDatabaseInitializer(this.dataSource,
				settings);
		initializer.setResourceLoader(this.resourceLoader);
		initializer.initializeDatabase();
	}

	private List<String> locations() {
		PlatformPlaceholderDatabaseDriverResolver resolver = new PlatformPlaceholderDatabaseDriverResolver();
		String platform = this.properties.getPlatform();
		return (StringUtils.hasText(platform)) ? resolver.resolveAll(platform, this.properties.getSchema())
				: resolver.resolveAll(this.dataSource, this.properties.getSchema());
	}

}

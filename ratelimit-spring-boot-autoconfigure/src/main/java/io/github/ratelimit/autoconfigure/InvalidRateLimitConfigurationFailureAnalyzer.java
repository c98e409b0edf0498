package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Says which setting makes no sense, where it stands, and what to do.
 */
class InvalidRateLimitConfigurationFailureAnalyzer
		extends AbstractFailureAnalyzer<InvalidRateLimitConfigurationException> {

	private final Environment environment;

	InvalidRateLimitConfigurationFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidRateLimitConfigurationException cause) {
		StringBuilder description = new StringBuilder("The rate limiter cannot be configured:%n".formatted());
		append(description, "Property", cause.getProperty());
		append(description, "Value", (cause.getValue() != null) ? "\"" + cause.getValue() + "\"" : "(not set)");
		Origin origin = (cause.getValue() != null) ? origin(cause.getProperty()) : null;
		if (origin != null) {
			append(description, "Origin", origin.toString());
		}
		append(description, "Reason", cause.getReason());
		return new FailureAnalysis(description.toString(), cause.getRemedy(), cause);
	}

	private static void append(StringBuilder description, String label, String text) {
		description.append("%n    %s: %s".formatted(label, text));
	}

	private @Nullable Origin origin(String property) {
		return (ConfigurationPropertyName.isValid(property)) ? originOfProperty(ConfigurationPropertyName.of(property))
				: originOfVariable(property);
	}

	private @Nullable Origin originOfProperty(ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property.getOrigin();
			}
		}
		return null;
	}

	/**
	 * Environment variables have no name that a configuration property could have.
	 */
	private @Nullable Origin originOfVariable(String name) {
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (!ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)
						&& source.containsProperty(name)) {
					return PropertySourceOrigin.get(source, name);
				}
			}
		}
		return null;
	}

}

package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.Rate;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says of a rate that cannot be read how to write one. Before the analyzer for whatever
 * cannot be bound, which knows no remedy.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class InvalidRateFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private final InvalidRateLimitConfigurationFailureAnalyzer settings;

	InvalidRateFailureAnalyzer(Environment environment) {
		this.settings = new InvalidRateLimitConfigurationFailureAnalyzer(environment);
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConfigurationProperty property = cause.getProperty();
		String message = NestedExceptionUtils.getMostSpecificCause(cause).getMessage();
		if (property == null || message == null || cause.getTarget().getType().resolve() != Rate.class) {
			return null;
		}
		String name = property.getName().toString();
		return this.settings.analyze(rootFailure,
				new InvalidRateLimitConfigurationException(name, String.valueOf(property.getValue()),
						message.split("; write ", 2)[0],
						"Set '" + name + "' to <number>/<window>, such as 2/s, 0.5/s, 100/minute, 100/60s, 10000/day"
								+ " or 1000/month."));
	}

}

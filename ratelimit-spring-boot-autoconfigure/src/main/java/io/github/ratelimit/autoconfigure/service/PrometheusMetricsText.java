package io.github.ratelimit.autoconfigure.service;

import java.nio.charset.StandardCharsets;

import io.github.ratelimit.service.MetricsText;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Writes the meters of a registry in one of the two texts that Prometheus asks for.
 */
final class PrometheusMetricsText implements MetricsText {

	private static final String OPEN_METRICS = "application/openmetrics-text";

	private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";

	private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

	private final PrometheusMeterRegistry registry;

	PrometheusMetricsText(PrometheusMeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public Scrape scrape(@Nullable String accept) {
		String type = (accept != null && accept.contains(OPEN_METRICS)) ? OPEN_METRICS_TYPE : TEXT_TYPE;
		return new Scrape(type, this.registry.scrape(type).getBytes(StandardCharsets.UTF_8));
	}

}

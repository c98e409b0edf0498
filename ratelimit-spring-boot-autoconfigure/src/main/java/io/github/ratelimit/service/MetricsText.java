package io.github.ratelimit.service;

import org.jspecify.annotations.Nullable;

/**
 * Writes meters as Prometheus reads them. Safe for use by many threads.
 */
@FunctionalInterface
public interface MetricsText {

	/**
	 * Write all meters.
	 * @param accept what the header field {@code Accept} of the request says,
	 * {@code null} if there is none
	 * @return the text
	 */
	Scrape scrape(@Nullable String accept);

	/**
	 * Meters at one moment.
	 *
	 * @param contentType media type of the text
	 * @param text the text
	 */
	record Scrape(String contentType, byte[] text) {

	}

}

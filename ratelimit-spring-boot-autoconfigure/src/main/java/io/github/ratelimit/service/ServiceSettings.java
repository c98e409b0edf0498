package io.github.ratelimit.service;

import java.util.Objects;

/**
 * How the service answers.
 *
 * @param basePath path before all of the service's: empty, or beginning with a slash and
 * ending with none
 * @param refusalStatus status code of a refusal, 200 or 429
 * @param maxBodyBytes most bytes of a body
 * @param maxBatchBodyBytes most bytes of the body of a batch
 * @param maxBatchSize most checks of a batch
 * @param limiting whether anything is limited, and not all of it switched off
 */
public record ServiceSettings(String basePath, int refusalStatus, int maxBodyBytes, int maxBatchBodyBytes,
		int maxBatchSize, boolean limiting) {

	/**
	 * Check that nothing is missing.
	 */
	public ServiceSettings {
		Objects.requireNonNull(basePath, "basePath must not be null");
	}

}

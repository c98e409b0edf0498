package io.github.ratelimit.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of what was reset.
 *
 * @param tier name of the tier
 * @param key the key
 */
public record ResetDescriptor(String tier, String key) implements OperationResponseBody {

}

package io.github.ratelimit.actuate;

import java.util.Objects;

import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.actuate.RateLimiterEndpoint.KeyDescriptor;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of the {@link RateLimiterEndpoint}:
 * the HTTP status where there is no such tier (404) or the key is blank (400).
 * <p>
 * A key is one segment of the path, decoded once. Most servers and firewalls turn away a
 * path with an encoded slash before it comes here, so a key with a slash in it can only
 * be seen and reset where they were told not to, and otherwise from code.
 */
@EndpointWebExtension(endpoint = RateLimiterEndpoint.class)
public final class RateLimiterEndpointWebExtension {

	private final RateLimiterEndpoint delegate;

	/**
	 * Create an extension.
	 * @param delegate the endpoint
	 */
	public RateLimiterEndpointWebExtension(RateLimiterEndpoint delegate) {
		this.delegate = Objects.requireNonNull(delegate, "delegate must not be null");
	}

	/**
	 * Return where a key stands, without charging it.
	 * @param tier name of the tier
	 * @param key the key
	 * @return the key's counts, or the status that says why there are none
	 */
	@ReadOperation
	public WebEndpointResponse<KeyDescriptor> key(@Selector String tier, @Selector String key) {
		try {
			return new WebEndpointResponse<>(this.delegate.key(tier, key));
		}
		catch (UnknownTierException ex) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	/**
	 * Forget what was charged to a key, so that it has all its units again.
	 * @param tier name of the tier
	 * @param key the key
	 * @return the status
	 */
	@DeleteOperation
	public WebEndpointResponse<Void> resetKey(@Selector String tier, @Selector String key) {
		try {
			this.delegate.resetKey(tier, key);
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		}
		catch (UnknownTierException ex) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

}

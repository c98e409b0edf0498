package io.github.ratelimit.actuate;

import java.util.Objects;

import io.github.ratelimit.UnknownTierException;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of the {@link RateLimiterEndpoint}:
 * the HTTP status where there is no such tier (404) or the key is blank (400).
 * <p>
 * A key is the rest of the path after the tier, each segment decoded once: plain slashes
 * are the key's. Most servers and firewalls turn away a path with an encoded slash before
 * it comes here.
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

	/**
	 * Return where a key with a slash in it stands, without charging it.
	 * @param tier name of the tier
	 * @param first what is before the first slash
	 * @param others what is between and after the others
	 * @return the key's counts, or the status that says why there are none
	 */
	@ReadOperation
	public WebEndpointResponse<KeyDescriptor> keyWithSlashes(@Selector String tier, @Selector String first,
			@Selector(match = Match.ALL_REMAINING) String[] others) {
		return key(tier, join(first, others));
	}

	/**
	 * Forget what was charged to a key with a slash in it.
	 * @param tier name of the tier
	 * @param first what is before the first slash
	 * @param others what is between and after the others
	 * @return the status
	 */
	@DeleteOperation
	public WebEndpointResponse<Void> resetKeyWithSlashes(@Selector String tier, @Selector String first,
			@Selector(match = Match.ALL_REMAINING) String[] others) {
		return resetKey(tier, join(first, others));
	}

	private static String join(String first, String[] others) {
		return (others.length > 0) ? first + "/" + String.join("/", others) : first;
	}

}

package io.github.ratelimit.tier;

import java.util.function.Function;

import io.github.ratelimit.identity.Caller;

/**
 * Whose count a request is charged to, where the request does not bring a key.
 */
public enum KeySource {

	/**
	 * The user where known ({@code user:alice}), else the address
	 * ({@code ip:203.0.113.7}).
	 */
	CLIENT(Caller::clientKey),

	/**
	 * The address, whoever is calling.
	 */
	IP(Caller::addressKey);

	private final Function<Caller, String> key;

	KeySource(Function<Caller, String> key) {
		this.key = key;
	}

	String key(Caller caller) {
		return this.key.apply(caller);
	}

}

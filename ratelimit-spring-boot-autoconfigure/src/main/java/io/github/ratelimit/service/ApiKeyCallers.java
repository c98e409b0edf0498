package io.github.ratelimit.service;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by an API key, which they send as {@value #HEADER} or as a bearer token.
 * Every key that is sent is compared with both, over hashes and in constant time.
 */
public final class ApiKeyCallers implements CallerSource {

	/**
	 * Header field that has the key.
	 */
	public static final String HEADER = "X-API-Key";

	/**
	 * What callers with a key are called.
	 */
	static final String NAME = "api-key";

	private static final String AUTHORIZATION = "Authorization";

	private static final String BEARER = "Bearer ";

	private final byte @Nullable [] checkKey;

	private final byte @Nullable [] adminKey;

	/**
	 * Create a source.
	 * @param checkKey key for decisions, {@code null} if there is none
	 * @param adminKey key for everything, {@code null} if there is none
	 */
	public ApiKeyCallers(@Nullable String checkKey, @Nullable String adminKey) {
		this.checkKey = (checkKey != null) ? hash(checkKey) : null;
		this.adminKey = (adminKey != null) ? hash(adminKey) : null;
	}

	@Override
	public @Nullable ServiceCaller find(HttpServletRequest request) {
		// A field that is empty has no key; programs send it where none is set
		List<String> keys = Collections.list(request.getHeaders(HEADER))
			.stream()
			.filter((key) -> !key.isBlank())
			.toList();
		if (keys.isEmpty()) {
			keys = Collections.list(request.getHeaders(AUTHORIZATION))
				.stream()
				.filter((value) -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
				.map((value) -> value.substring(BEARER.length()).strip())
				.toList();
		}
		if (keys.isEmpty()) {
			return null;
		}
		// Of several it would be anybody's guess which one counts
		return new ServiceCaller(NAME, (keys.size() == 1) ? access(keys.get(0)) : Access.OPEN);
	}

	private Access access(String key) {
		byte[] hash = hash(key);
		boolean check = matches(this.checkKey, hash);
		boolean admin = matches(this.adminKey, hash);
		return (admin) ? Access.ADMIN : (check) ? Access.CHECK : Access.OPEN;
	}

	private static boolean matches(byte @Nullable [] key, byte[] hash) {
		return key != null && MessageDigest.isEqual(key, hash);
	}

	private static byte[] hash(String key) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}

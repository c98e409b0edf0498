package io.github.ratelimit.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.springframework.stereotype.Component;

/**
 * Tokens and API keys as keys of limits: not themselves, since keys are seen in Redis and
 * in logs.
 */
@Component
public class Secrets {

	/**
	 * Return what stands for a secret in the keys of limits.
	 * @param secret the secret
	 * @return half of its hash
	 */
	public String hash(String secret) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}

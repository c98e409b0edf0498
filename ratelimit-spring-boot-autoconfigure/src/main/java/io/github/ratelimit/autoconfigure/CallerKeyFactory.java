package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.KeyHash;
import io.github.ratelimit.identity.KeyResolver;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.identity.KeySources;
import io.github.ratelimit.identity.TokenClaims;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * Makes of properties whose count requests are charged to.
 */
final class CallerKeyFactory {

	private static final String EXPRESSION_LABEL = "value";

	private final KeySources sources;

	private final boolean verifiesTokens;

	CallerKeyFactory(RateLimitProperties.Keys properties, TokenClaims claims, BeanFactory beans) {
		String header = properties.getApiKeyHeader().strip();
		if (!KeySources.isHeaderName(header)) {
			throw new InvalidRateLimitConfigurationException("ratelimit.keys.api-key-header",
					properties.getApiKeyHeader(), "it is not the name of a header field",
					"Set 'ratelimit.keys.api-key-header' to a name such as X-API-Key.");
		}
		this.verifiesTokens = claims != TokenClaims.NONE;
		this.sources = new KeySources(hash(properties.getSecret()), header, claims, (name) -> bean(name, beans));
	}

	private static KeyHash hash(@Nullable String secret) {
		try {
			return KeyHash.withSecret(secret);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException("ratelimit.keys.secret", "******",
					Objects.requireNonNull(ex.getMessage()),
					"Set 'ratelimit.keys.secret' to at least %d random characters, the same on all instances."
						.formatted(KeyHash.MIN_SECRET_LENGTH));
		}
	}

	/**
	 * Find a bean without making it: it may be one that asks a limiter.
	 */
	private static @Nullable Supplier<KeyResolver> bean(String name, BeanFactory beans) {
		return (beans.containsBean(name) && beans.isTypeMatch(name, KeyResolver.class))
				? () -> beans.getBean(name, KeyResolver.class) : null;
	}

	/**
	 * Return whose count requests of a tier are charged to.
	 * @param property name of the tier's properties
	 */
	CallerKey key(String property, TierProperties tier) {
		if (tier.getKey().isEmpty()) {
			throw new InvalidRateLimitConfigurationException(property + ".key", "", "the key has no source",
					"Set '%s.key' to one or more of: %s.".formatted(property, KeySources.KNOWN));
		}
		int expressions = 0;
		List<KeySource> sources = new ArrayList<>();
		List<KeySource> fallbacks = new ArrayList<>();
		List<String> texts = Stream.concat(tier.getKey().stream(), tier.getKeyFallback().stream()).toList();
		for (int i = 0; i < texts.size(); i++) {
			boolean joined = i < tier.getKey().size();
			String place = (joined) ? place(property + ".key", i, tier.getKey())
					: place(property + ".key-fallback", i - tier.getKey().size(), tier.getKeyFallback());
			KeySource source = source(place, texts.get(i), EXPRESSION_LABEL + ((expressions > 0) ? expressions : ""));
			expressions += (KeySources.isExpression(texts.get(i))) ? 1 : 0;
			List<KeySource> list = (joined) ? sources : fallbacks;
			if (list.contains(source)) {
				throw new InvalidRateLimitConfigurationException(place, texts.get(i), "the source is named twice",
						"Name each source once.");
			}
			list.add(source);
		}
		return new CallerKey(sources, fallbacks, tier.getMissingKey());
	}

	/**
	 * Return what to throw where a setting takes claims of tokens that nobody knows.
	 */
	static InvalidRateLimitConfigurationException noClaims(String property, String value) {
		return new InvalidRateLimitConfigurationException(property, value,
				"the OAuth2 support of Spring Security, which knows the claims of tokens, is not on the class path",
				"Add 'spring-boot-starter-oauth2-resource-server', or a bean of type %s."
					.formatted(TokenClaims.class.getName()));
	}

	private static String place(String property, int index, List<String> texts) {
		return (texts.size() > 1) ? property + "[" + index + "]" : property;
	}

	private KeySource source(String place, String text, String label) {
		if (text.strip().startsWith("bearer:") && !this.verifiesTokens) {
			throw noClaims(place, text);
		}
		try {
			return this.sources.parse(text, label);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(place, text, Objects.requireNonNull(ex.getMessage()),
					"Set '%s' to one of: %s.".formatted(place, KeySources.KNOWN));
		}
	}

}

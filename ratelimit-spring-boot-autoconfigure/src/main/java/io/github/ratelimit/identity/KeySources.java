package io.github.ratelimit.identity;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.identity.KeySource.Kind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads where it stands whose count a request is charged to. Safe for use by many
 * threads.
 */
public final class KeySources {

	/**
	 * What a key can be made of, in words.
	 */
	public static final String KNOWN = "client, user, ip, api-key, bearer, bearer:<claim>, session, header:<name>, "
			+ "bean:<name>, or an expression over request and authentication";

	private static final Log logger = LogFactory.getLog(KeySources.class);

	private static final String BEARER = "bearer";

	static final String AUTHORIZATION = "Authorization";

	private static final String API_KEY = "api-key";

	private static final String HEADER = "header:";

	private static final String BEAN = "bean:";

	private static final Set<String> WORDS = Set.of("client", "user", "ip", API_KEY, BEARER, "session");

	private static final Set<String> PREFIXES = Set.of(HEADER, BEAN, BEARER + ":");

	private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final Set<String> SECRET_HEADERS = Set.of("authorization", "cookie", "proxy-authorization",
			"x-api-key", "x-auth-token", "x-csrf-token", "x-xsrf-token");

	private final KeyHash hash;

	private final String apiKeyHeader;

	private final TokenClaims claims;

	private final Function<String, @Nullable Supplier<KeyResolver>> beans;

	/**
	 * Create a reader.
	 * @param hash what stands for secrets
	 * @param apiKeyHeader name of the header field that has the caller's API key
	 * @param claims knows the claims of verified tokens
	 * @param beans finds a bean by its name, {@code null} if there is none such
	 */
	public KeySources(KeyHash hash, String apiKeyHeader, TokenClaims claims,
			Function<String, @Nullable Supplier<KeyResolver>> beans) {
		this.hash = Objects.requireNonNull(hash, "hash must not be null");
		this.apiKeyHeader = Objects.requireNonNull(apiKeyHeader, "apiKeyHeader must not be null");
		this.claims = Objects.requireNonNull(claims, "claims must not be null");
		this.beans = Objects.requireNonNull(beans, "beans must not be null");
	}

	/**
	 * Return whether a header field has what proves who a caller is.
	 * @param name name of the field, in any case
	 * @return {@code true} if its value must not be shown
	 */
	public static boolean isSecretHeader(String name) {
		return SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Return whether a source is an expression.
	 * @param text the source
	 * @return {@code true} if it is none of the words
	 */
	public static boolean isExpression(String text) {
		String name = text.strip();
		return !WORDS.contains(name) && PREFIXES.stream().noneMatch(name::startsWith);
	}

	/**
	 * Return whether a text can be the name of a header field.
	 * @param name the text
	 * @return {@code true} if it is a token (RFC 9110)
	 */
	public static boolean isHeaderName(String name) {
		return HEADER_NAME.matcher(name).matches();
	}

	/**
	 * Read a source.
	 * @param text the source, one of {@link #KNOWN}
	 * @param label what begins the keys of an expression
	 * @return the source
	 * @throws IllegalArgumentException if it is none; the message is a clause
	 */
	public KeySource parse(String text, String label) {
		String name = text.strip();
		return switch (name) {
			case "" -> throw new IllegalArgumentException("it is blank");
			case "client" -> KeySource.client(KeySource.user(this.hash));
			case "user" -> KeySource.user(this.hash);
			case "ip" -> KeySource.IP;
			case API_KEY -> secret(name, API_KEY, (caller) -> CallerCredentials.header(caller, this.apiKeyHeader))
				.from(this.apiKeyHeader);
			case BEARER -> secret(name, "token", (caller) -> CallerCredentials.bearerToken(caller, this.claims))
				.from(AUTHORIZATION);
			case "session" -> secret(name, "session", (caller) -> caller.details().sessionId());
			default -> parameterized(name, label);
		};
	}

	private KeySource secret(String name, String label, Function<Caller, @Nullable String> value) {
		return KeySource.ofSecrets(name, Kind.UNVERIFIED_SECRET, label, this.hash, value);
	}

	private KeySource parameterized(String name, String label) {
		if (name.startsWith(HEADER)) {
			return header(name.substring(HEADER.length()).strip());
		}
		if (name.startsWith(BEARER + ":")) {
			return claim(name.substring(BEARER.length() + 1).strip());
		}
		if (name.startsWith(BEAN)) {
			return bean(name.substring(BEAN.length()).strip());
		}
		return expression(name, label);
	}

	private KeySource header(String name) {
		if (!isHeaderName(name)) {
			throw new IllegalArgumentException("'" + name + "' is not the name of a header field");
		}
		String lower = name.toLowerCase(Locale.ROOT);
		Function<Caller, @Nullable String> value = (caller) -> CallerCredentials.header(caller, name);
		KeySource source = (SECRET_HEADERS.contains(lower))
				? KeySource.ofSecrets(HEADER + lower, Kind.UNVERIFIED_SECRET, label("header", lower), this.hash, value)
				: KeySource.of(HEADER + lower, Kind.UNVERIFIED, label("header", lower), this.hash, value);
		return source.from(name);
	}

	private KeySource claim(String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("it names no claim");
		}
		return KeySource
			.of(BEARER + ":" + name, Kind.CREDENTIAL, label("claim", name), this.hash,
					(caller) -> this.claims.text(caller.principal(), name))
			.from(AUTHORIZATION);
	}

	private KeySource bean(String name) {
		Supplier<KeyResolver> bean = this.beans.apply(name);
		if (bean == null) {
			throw new IllegalArgumentException(
					"there is no bean '" + name + "' of type " + KeyResolver.class.getName());
		}
		return KeySource.of(BEAN + name, Kind.KNOWN, label("bean", name), this.hash,
				orMissing("The key of bean '" + name + "' cannot be told", (caller) -> bean.get().resolve(caller)));
	}

	private KeySource expression(String text, String label) {
		CallerExpression expression;
		try {
			expression = CallerExpression.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("it is no known source, and as an expression " + ex.getMessage(), ex);
		}
		if (expression.isConstant()) {
			throw new IllegalArgumentException("it is an expression that is the same for every caller");
		}
		return KeySource.of(text, (expression.seesRequest()) ? Kind.EXPRESSION : Kind.CREDENTIAL, label, this.hash,
				orMissing("The key '" + expression + "' gives no text", expression::text));
	}

	/**
	 * Return what gives no value where another fails, which must not be answered as a
	 * server error.
	 */
	private static Function<Caller, @Nullable String> orMissing(String problem,
			Function<Caller, @Nullable String> value) {
		ThrottledErrors errors = new ThrottledErrors(logger);
		return (caller) -> {
			try {
				return value.apply(caller);
			}
			catch (RuntimeException ex) {
				errors.report(problem + " and is missing", ex);
				return null;
			}
		};
	}

	/**
	 * Return what begins a key: no two names give one label, and none holds the sign that
	 * ends it.
	 */
	private String label(String kind, String name) {
		return kind + "." + KeyText.of(name, this.hash).replace(":", "%003a");
	}

}

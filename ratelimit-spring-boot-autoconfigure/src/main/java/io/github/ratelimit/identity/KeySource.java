package io.github.ratelimit.identity;

import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Where it stands whose count a request is charged to. Immutable.
 */
public final class KeySource {

	/**
	 * The user who is known to be calling: {@code user:alice}.
	 */
	public static final KeySource USER = user(KeyHash.withSecret(null));

	/**
	 * The address, whoever is calling: {@code ip:203.0.113.7}, or that of the network
	 * that is counted as one.
	 */
	public static final KeySource IP = new KeySource("ip", Kind.KNOWN,
			(caller) -> (caller.address() != null) ? "ip:" + caller.address().group() : null);

	/**
	 * The user where known, else the address.
	 */
	public static final KeySource CLIENT = client(USER);

	private final String name;

	private final Kind kind;

	private final Function<Caller, @Nullable String> key;

	private final @Nullable String header;

	private KeySource(String name, Kind kind, Function<Caller, @Nullable String> key) {
		this(name, kind, key, null);
	}

	private KeySource(String name, Kind kind, Function<Caller, @Nullable String> key, @Nullable String header) {
		this.header = header;
		this.name = Objects.requireNonNull(name, "name must not be null");
		this.kind = Objects.requireNonNull(kind, "kind must not be null");
		this.key = Objects.requireNonNull(key, "key must not be null");
	}

	static KeySource client(KeySource user) {
		return new KeySource("client", Kind.KNOWN, (caller) -> {
			String key = user.key(caller);
			return (key != null) ? key : IP.key(caller);
		});
	}

	static KeySource user(KeyHash hash) {
		return of("user", Kind.CREDENTIAL, "user", hash,
				(caller) -> (caller.principal() != null) ? caller.principal().getName() : null);
	}

	/**
	 * Return a source of values that are shown.
	 */
	static KeySource of(String name, Kind kind, String label, KeyHash hash, Function<Caller, @Nullable String> value) {
		return new KeySource(name, kind, (caller) -> {
			String text = value.apply(caller);
			return (text != null && !text.isBlank()) ? label + ":" + KeyText.of(text, hash) : null;
		});
	}

	/**
	 * Return a source of values that only their hashes are shown of.
	 */
	static KeySource ofSecrets(String name, Kind kind, String label, KeyHash hash,
			Function<Caller, @Nullable String> value) {
		return new KeySource(name, kind, (caller) -> {
			String text = value.apply(caller);
			return (text != null && !text.isBlank()) ? label + ":" + hash.of(text) : null;
		});
	}

	/**
	 * Return this source with the header field that it takes the key from.
	 */
	KeySource from(String header) {
		return new KeySource(this.name, this.kind, this.key, header);
	}

	/**
	 * Return the header field that the key is taken from.
	 * @return the name of the field, {@code null} if it is not taken from one
	 */
	public @Nullable String header() {
		return this.header;
	}

	/**
	 * Return the key of a caller.
	 * @param caller who is calling
	 * @return the key, {@code null} if it is missing
	 */
	@Nullable String key(Caller caller) {
		return this.key.apply(caller);
	}

	/**
	 * Return what kind of source this is.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return whether a caller brings what this says to prove who it is.
	 */
	boolean isCredential() {
		return this.kind == Kind.CREDENTIAL || this.kind == Kind.UNVERIFIED_SECRET;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof KeySource source && this.name.equals(source.name);
	}

	@Override
	public int hashCode() {
		return this.name.hashCode();
	}

	/**
	 * Return the source as the configuration names it.
	 */
	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * What a source can be relied on for.
	 */
	public enum Kind {

		/**
		 * Found out without the caller's help, or by code of the application's.
		 */
		KNOWN,

		/**
		 * Verified by what the caller proves who it is with.
		 */
		CREDENTIAL,

		/**
		 * A secret that nobody has verified: a caller can invent as many as it likes.
		 */
		UNVERIFIED_SECRET,

		/**
		 * What the caller says: it can invent as many as it likes.
		 */
		UNVERIFIED,

		/**
		 * What an expression makes of the request: the caller may be able to invent as
		 * many as it likes.
		 */
		EXPRESSION

	}

}

package io.github.ratelimit.observation;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The clients that meters name, so many that their series stay few. Safe for use by many
 * threads.
 * <p>
 * Series are never given up, so a client that was named once counts for as long as the
 * application runs.
 */
final class NamedClients {

	/**
	 * Stands for all clients that are not named.
	 */
	static final String OTHER = "other";

	/**
	 * Most clients that are named.
	 */
	static final int MAX = 100;

	private final Supplier<Set<String>> clients;

	private final Set<String> named = ConcurrentHashMap.newKeySet();

	/**
	 * Create clients, none of which is named yet.
	 * @param clients gives those that may be
	 */
	NamedClients(Supplier<Set<String>> clients) {
		this.clients = Objects.requireNonNull(clients, "clients must not be null");
	}

	String name(String key) {
		return (this.clients.get().contains(key) && (this.named.contains(key) || add(key))) ? key : OTHER;
	}

	private synchronized boolean add(String key) {
		return this.named.size() < MAX && (this.named.add(key) || this.named.contains(key));
	}

}

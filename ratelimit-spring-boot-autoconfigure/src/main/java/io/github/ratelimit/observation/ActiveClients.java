package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts the distinct keys seen in the last one to two windows, up to a maximum. Safe for
 * use by many threads; keys that arrive while a window ends may be missed or counted
 * twice.
 * <p>
 * A key is held as a hash of 64 bits, so that memory is bounded whatever the length of
 * keys, and in one of two sets: that of the window in progress, or that of the window
 * before, which is thrown away as a whole. Who makes up keys of one hash is counted once,
 * and so counts for less: a gauge decides nothing, and a hash that cannot be made up
 * takes several times as long.
 */
final class ActiveClients {

	static final Duration WINDOW = Duration.ofMinutes(1);

	static final int MAX_CLIENTS = 100_000;

	private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;

	private static final long FNV_PRIME = 0x100000001b3L;

	private final int maxClients;

	private final long windowNanos;

	private final LongSupplier nanoTime;

	private volatile Windows windows;

	ActiveClients(LongSupplier nanoTime) {
		this(MAX_CLIENTS, WINDOW, nanoTime);
	}

	ActiveClients(int maxClients, Duration window, LongSupplier nanoTime) {
		this.maxClients = maxClients;
		this.windowNanos = window.toNanos();
		this.nanoTime = nanoTime;
		this.windows = Windows.startingAt(nanoTime.getAsLong());
	}

	void seen(String key) {
		Windows windows = current();
		Long hash = hash(key);
		if (windows.current().contains(hash)) {
			return;
		}
		if (windows.previous().remove(hash) || windows.size() < this.maxClients) {
			windows.current().add(hash);
		}
	}

	int count() {
		return Math.min(current().size(), this.maxClients);
	}

	private Windows current() {
		long now = this.nanoTime.getAsLong();
		Windows windows = this.windows;
		return (now - windows.startNanos() < this.windowNanos) ? windows : advance(now);
	}

	private synchronized Windows advance(long now) {
		Windows next = this.windows.at(now, this.windowNanos);
		this.windows = next;
		return next;
	}

	/**
	 * FNV-1a over the characters (Fowler, Noll, Vo; 64 bits). {@link String#hashCode()}
	 * would make clients of the same hash one.
	 */
	private static long hash(String key) {
		long hash = FNV_OFFSET_BASIS;
		for (int i = 0; i < key.length(); i++) {
			hash = (hash ^ key.charAt(i)) * FNV_PRIME;
		}
		return hash;
	}

	/**
	 * The keys of the window in progress and those of the one before that were not seen
	 * again since.
	 */
	private record Windows(Set<Long> current, Set<Long> previous, long startNanos) {

		static Windows startingAt(long nanos) {
			return new Windows(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), nanos);
		}

		Windows at(long nanos, long windowNanos) {
			long elapsed = nanos - this.startNanos;
			if (elapsed < windowNanos) {
				return this;
			}
			if (elapsed - windowNanos < windowNanos) {
				return new Windows(ConcurrentHashMap.newKeySet(), this.current, this.startNanos + windowNanos);
			}
			return startingAt(nanos);
		}

		int size() {
			return this.current.size() + this.previous.size();
		}

	}

}

package io.github.ratelimit;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a store, for people to read. Never holds a secret.
 *
 * @param kind kind of store: {@code redis}, {@code memory} or {@code custom}
 * @param connected whether the store answers
 * @param host where its server is, {@code null} where it has none
 * @param serverVersion what its server says of its version, {@code null} where unknown
 * @param degradedSince since when decisions are left to the failure mode, {@code null}
 * while they are not
 */
public record StoreStatus(String kind, boolean connected, @Nullable String host, @Nullable String serverVersion,
		@Nullable Instant degradedSince) {

	/**
	 * Check the status.
	 */
	public StoreStatus {
		Objects.requireNonNull(kind, "kind must not be null");
	}

	/**
	 * Return the status of a connected store that has no server.
	 * @param kind kind of store
	 * @return the status
	 */
	public static StoreStatus connected(String kind) {
		return new StoreStatus(kind, true, null, null, null);
	}

	/**
	 * Return this status with another time since which decisions are left to the failure
	 * mode.
	 * @param degradedSince the time, or {@code null}
	 * @return the status
	 */
	public StoreStatus withDegradedSince(@Nullable Instant degradedSince) {
		return new StoreStatus(this.kind, this.connected, this.host, this.serverVersion, degradedSince);
	}

}

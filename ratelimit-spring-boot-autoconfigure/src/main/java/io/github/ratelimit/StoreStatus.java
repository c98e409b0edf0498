package io.github.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
 * @param circuitBreaker the circuit breaker before it, {@code null} where there is none
 * @param instances instances of the application that use it, this one included, as last
 * seen; {@code null} where nobody counts them
 * @param warnings what in the configuration of its server puts counts at risk, each with
 * its remedy
 * @param leaseTime longest time for which units are drawn from it in advance
 * ({@link LimitMode#LEASED}), {@code null} where none are
 */
public record StoreStatus(String kind, boolean connected, @Nullable String host, @Nullable String serverVersion,
		@Nullable Instant degradedSince, @Nullable CircuitBreakerStatus circuitBreaker, @Nullable Integer instances,
		List<String> warnings, @Nullable Duration leaseTime) {

	/**
	 * Check the status, and copy the list.
	 */
	public StoreStatus {
		Objects.requireNonNull(kind, "kind must not be null");
		warnings = List.copyOf(warnings);
	}

	/**
	 * Create the status of a store that nothing stands before.
	 * @param kind kind of store
	 * @param connected whether the store answers
	 * @param host where its server is, or {@code null}
	 * @param serverVersion what its server says of its version, or {@code null}
	 */
	public StoreStatus(String kind, boolean connected, @Nullable String host, @Nullable String serverVersion) {
		this(kind, connected, host, serverVersion, null, null, null, List.of(), null);
	}

	/**
	 * Return the status of a connected store that has no server.
	 * @param kind kind of store
	 * @return the status
	 */
	public static StoreStatus connected(String kind) {
		return new StoreStatus(kind, true, null, null);
	}

	/**
	 * Return this status of a store with a circuit breaker before it.
	 * @param circuitBreaker the circuit breaker
	 * @param degradedSince since when decisions are left to the failure mode, or
	 * {@code null}
	 * @return the status
	 */
	public StoreStatus withCircuitBreaker(CircuitBreakerStatus circuitBreaker, @Nullable Instant degradedSince) {
		return new StoreStatus(this.kind, this.connected, this.host, this.serverVersion, degradedSince, circuitBreaker,
				this.instances, this.warnings, this.leaseTime);
	}

	/**
	 * Return this status of a store that several instances of the application use.
	 * @param instances how many, this one included
	 * @return the status
	 */
	public StoreStatus withInstances(int instances) {
		return new StoreStatus(this.kind, this.connected, this.host, this.serverVersion, this.degradedSince,
				this.circuitBreaker, instances, this.warnings, this.leaseTime);
	}

	/**
	 * Return this status with what puts counts at risk.
	 * @param warnings what it is, each with its remedy
	 * @return the status
	 */
	public StoreStatus withWarnings(List<String> warnings) {
		return new StoreStatus(this.kind, this.connected, this.host, this.serverVersion, this.degradedSince,
				this.circuitBreaker, this.instances, warnings, this.leaseTime);
	}

	/**
	 * Return this status of a store from which units are drawn in advance.
	 * @param leaseTime for how long at most
	 * @return the status
	 */
	public StoreStatus withLeaseTime(Duration leaseTime) {
		return new StoreStatus(this.kind, this.connected, this.host, this.serverVersion, this.degradedSince,
				this.circuitBreaker, this.instances, this.warnings, leaseTime);
	}

}

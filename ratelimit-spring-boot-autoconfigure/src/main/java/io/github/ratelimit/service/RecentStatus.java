package io.github.ratelimit.service;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.github.ratelimit.StoreStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of a store, which is asked at most once a second and by one thread at a
 * time. Safe for use by many threads.
 */
final class RecentStatus {

	private static final long NANOS = Duration.ofSeconds(1).toNanos();

	private final Supplier<StoreStatus> source;

	private final LongSupplier nanoTime;

	private @Nullable StoreStatus status;

	private long askedAt;

	RecentStatus(Supplier<StoreStatus> source, LongSupplier nanoTime) {
		this.source = source;
		this.nanoTime = nanoTime;
	}

	synchronized StoreStatus get() {
		StoreStatus known = this.status;
		if (known == null || this.nanoTime.getAsLong() - this.askedAt >= NANOS) {
			known = this.source.get();
			this.status = known;
			this.askedAt = this.nanoTime.getAsLong();
		}
		return known;
	}

}

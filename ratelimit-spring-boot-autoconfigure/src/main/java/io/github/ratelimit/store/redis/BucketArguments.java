package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.TokenBucket;

/**
 * The arguments of {@code token-bucket.lua} for one limit. Immutable.
 */
final class BucketArguments {

	private final TokenBucket bucket;

	private final byte[] capacity;

	private final byte[] partsPerTick;

	private final byte[] partsPerUnit;

	private final byte[] tickMicros;

	private BucketArguments(TokenBucket bucket) {
		this.bucket = bucket;
		this.capacity = bytes(bucket.capacity());
		this.partsPerTick = bytes(bucket.partsPerTick());
		this.partsPerUnit = bytes(bucket.partsPerUnit());
		this.tickMicros = bytes(bucket.tickMicros());
	}

	TokenBucket bucket() {
		return this.bucket;
	}

	byte[][] toArray(long cost) {
		byte[] charge = (cost == 1) ? this.partsPerUnit : bytes(this.bucket.parts(cost));
		return new byte[][] { this.capacity, this.partsPerTick, this.partsPerUnit, charge, this.tickMicros };
	}

	private static byte[] bytes(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Keeps the arguments of the limits in use. An application has few; one that makes up
	 * limits without end has them worked out anew beyond {@value #MAX_LIMITS}.
	 */
	static final class Cache {

		private static final int MAX_LIMITS = 1000;

		private final Map<Limit, BucketArguments> arguments = new ConcurrentHashMap<>();

		BucketArguments get(Limit limit) {
			BucketArguments known = this.arguments.get(limit);
			if (known != null) {
				return known;
			}
			BucketArguments created = new BucketArguments(TokenBucket.of(limit));
			if (this.arguments.size() < MAX_LIMITS) {
				this.arguments.put(limit, created);
			}
			return created;
		}

	}

}

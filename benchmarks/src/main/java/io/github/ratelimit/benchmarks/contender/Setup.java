package io.github.ratelimit.benchmarks.contender;

/**
 * What a contender is opened with.
 *
 * @param redisUri address of the Redis to count in
 * @param quota what each key may use
 * @param keys how many keys there will be
 */
public record Setup(String redisUri, Quota quota, int keys) {

	/**
	 * Return how many keys a cache of counters is given room for: more than there are, so
	 * that nobody is measured while it forgets.
	 * @return the number of keys
	 */
	public int room() {
		return 2 * this.keys + 1_000;
	}

}

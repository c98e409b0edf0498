package io.github.ratelimit.algorithm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.ratelimit.Limit;

/**
 * What follows from a limit, worked out once for each. Safe for use by many threads.
 * <p>
 * An application has few limits. One that makes up limits without end has what follows
 * from the later ones worked out each time.
 *
 * @param <V> what follows
 */
public final class PerLimit<V> {

	private static final int MAX = 1000;

	private final Map<Limit, V> known = new ConcurrentHashMap<>();

	private final Function<Limit, V> made;

	/**
	 * Create an empty memory.
	 * @param made works out what follows from a limit, the same each time
	 */
	public PerLimit(Function<Limit, V> made) {
		this.made = made;
	}

	/**
	 * Return what follows from a limit.
	 * @param limit the limit
	 * @return what follows, mostly the same object for equal limits
	 */
	public V of(Limit limit) {
		V known = this.known.get(limit);
		if (known != null) {
			return known;
		}
		V created = this.made.apply(limit);
		if (this.known.size() < MAX) {
			this.known.put(limit, created);
		}
		return created;
	}

}

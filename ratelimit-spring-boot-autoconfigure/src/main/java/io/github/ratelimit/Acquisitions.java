package io.github.ratelimit;

import java.util.List;

/**
 * What is charged where a key asks for units, where limits differ with the key. Safe for
 * use by many threads.
 */
@FunctionalInterface
public interface Acquisitions {

	/**
	 * Return what to ask for, each time anew.
	 * @param key whose count it is
	 * @param cost units, not negative; 0 only asks
	 * @return the acquisitions, all of this key and cost; the first decides, and those
	 * after it are counted {@linkplain Acquisition#beside() beside} it
	 */
	List<Acquisition> of(String key, long cost);

}

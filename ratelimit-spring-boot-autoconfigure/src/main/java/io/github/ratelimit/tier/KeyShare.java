package io.github.ratelimit.tier;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Deals keys out to a hundred places, the same in every instance and for ever, so that a
 * rule can be enforced for some of them.
 */
final class KeyShare {

	private KeyShare() {
	}

	/**
	 * Return the place of a key. Each rule deals anew: the keys that try one out first
	 * are not those that try out the next.
	 * @return 0 to 99
	 */
	static int of(RuleTarget target, String key) {
		CRC32 hash = new CRC32();
		hash.update(target.toString().getBytes(StandardCharsets.UTF_8));
		hash.update(key.getBytes(StandardCharsets.UTF_8));
		return (int) (hash.getValue() % Rule.ALL_KEYS);
	}

}

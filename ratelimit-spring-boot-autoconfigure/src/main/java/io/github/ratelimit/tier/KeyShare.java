package io.github.ratelimit.tier;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * Deals keys out to a hundred places, the same in every instance and for ever, so that a
 * rule can be enforced for some of them.
 */
final class KeyShare {

	// No text has these bytes in UTF-8
	private static final byte[] NONE = { (byte) 0xfe };

	private static final int END = 0xff;

	private KeyShare() {
	}

	/**
	 * Return the place of a key. Each rule deals anew: the keys that try one out first
	 * are not those that try out the next.
	 * @return 0 to 99
	 */
	static int of(RuleTarget target, String key) {
		CRC32 hash = new CRC32();
		update(hash, target.client());
		update(hash, target.endpoint());
		update(hash, target.plan());
		update(hash, key);
		return (int) (hash.getValue() % Rule.ALL_KEYS);
	}

	private static void update(CRC32 hash, @Nullable String text) {
		hash.update((text != null) ? text.getBytes(StandardCharsets.UTF_8) : NONE);
		hash.update(END);
	}

}

package io.github.ratelimit.observation;

/**
 * A key as it may stand in a log. Users and addresses are told; of any other key, which
 * may be or hold a secret, only how it begins.
 */
final class LoggedKey {

	private static final int MAX_LENGTH = 64;

	private static final int TOLD_OF_OTHERS = 4;

	private LoggedKey() {
	}

	static String of(String key) {
		boolean known = key.startsWith("user:") || key.startsWith("ip:");
		int told = Math.min(key.length(), (known) ? MAX_LENGTH : TOLD_OF_OTHERS);
		StringBuilder text = new StringBuilder(told + 3);
		for (int i = 0; i < told; i++) {
			char c = key.charAt(i);
			text.append((c >= ' ' && c < 0x7f) ? c : '?');
		}
		return (told < key.length()) ? text.append("...").toString() : text.toString();
	}

}

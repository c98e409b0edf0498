package io.github.ratelimit.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A key as it may be shown to operators. Users, addresses and hashes are shown; of any
 * other, which may be or hold a secret, its kind and at most a quarter of it. Shows
 * nothing that could break or reorder a line.
 */
public final class ShownKey {

	private static final Set<String> SHOWN = Set.of("user", "ip");

	private static final Pattern HASHED = Pattern.compile("(api-key|token|session):[0-9a-f]{32}");

	private static final List<String> LABELLED = List.of("header.", "claim.", "bean.", "value:", "api-key:", "token:",
			"session:");

	private static final int MAX_LENGTH = 160;

	private static final int MAX_PARTS = 8;

	private static final int SHOWN_OF_OTHERS = 4;

	private static final int HASH_DIGITS = 8;

	private ShownKey() {
	}

	/**
	 * Return what may be shown of a key.
	 * @param key the key, such as {@code user:alice}, or several with {@code |} in
	 * between
	 * @return printable text of bounded length
	 */
	public static String of(String key) {
		return Arrays.stream(key.split("\\|", MAX_PARTS)).map(ShownKey::part).collect(Collectors.joining("|"));
	}

	/**
	 * Return what may be shown of a key, so that two keys can be told apart: with a hash
	 * of one of which a part is hidden. The hash is made with a secret of this process,
	 * so that nobody can try out what it stands for, and is another one after a restart.
	 * @param key the key
	 * @return printable text of bounded length
	 */
	public static String distinct(String key) {
		String shown = of(key);
		return (shown.equals(key)) ? shown : shown + "#" + OfProcess.HASH.of(key).substring(0, HASH_DIGITS);
	}

	private static String part(String part) {
		int colon = part.indexOf(':');
		boolean shown = (colon > 0 && SHOWN.contains(part.substring(0, colon))) || HASHED.matcher(part).matches();
		int label = (colon > 0 && LABELLED.stream().anyMatch(part::startsWith)) ? colon + 1 : 0;
		int most = (shown) ? MAX_LENGTH : label + Math.min(SHOWN_OF_OTHERS, (part.length() - label) / SHOWN_OF_OTHERS);
		return printable(part, Math.min(most, MAX_LENGTH));
	}

	private static String printable(String text, int most) {
		StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 3);
		text.codePoints()
			.limit(most)
			.map((c) -> ((c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c)) ? c : '?')
			.forEach(shown::appendCodePoint);
		return (text.codePointCount(0, text.length()) > most) ? shown.append("...").toString() : shown.toString();
	}

	/**
	 * Made when a part is hidden for the first time.
	 */
	private static final class OfProcess {

		private static final KeyHash HASH = KeyHash.withSecret(UUID.randomUUID().toString());

		private OfProcess() {
		}

	}

}

package io.github.ratelimit.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

}

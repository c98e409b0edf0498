package io.github.ratelimit.store.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a script does with one counter: sections of a file of Lua, written for the first
 * key, the arguments from the second on and the first figures, to be put into a frame in
 * any place by a {@link ScriptComposer}. Immutable.
 */
enum ScriptPart {

	ACQUIRE_TOKEN_BUCKET("token-bucket.lua", "charge", "read", "acquire"),

	ACQUIRE_FIXED_WINDOW("windows.lua", "charge", "known", "read", "fixed"),

	ACQUIRE_SLIDING_WINDOW("sliding-window.lua", "charge", "read", "quick", "search", "acquire"),

	ACQUIRE_SLIDING_WINDOW_COUNTER("windows.lua", "charge", "known", "read", "counter"),

	SETTLE_TOKEN_BUCKET("token-bucket.lua", "settle", "read"),

	SETTLE_WINDOWS("windows.lua", "settle", "known"),

	SETTLE_SLIDING_WINDOW("sliding-window.lua", "settle", "read", "search");

	private final String reading;

	private final String writing;

	private final int arguments;

	private final int figures;

	ScriptPart(String file, String writing, String... reading) {
		String all = LuaScript.read(file);
		StringBuilder chosen = new StringBuilder();
		for (String section : reading) {
			chosen.append(section(all, section));
		}
		this.reading = chosen.toString();
		this.writing = section(all, writing);
		this.arguments = highest(Places.ARGUMENT) - 1;
		this.figures = highest(Places.FIGURE);
	}

	private static String section(String all, String name) {
		String title = "-- [" + name + "]\n";
		int start = all.indexOf(title) + title.length();
		int end = all.indexOf("\n-- [", start);
		return (end < 0) ? all.substring(start) : all.substring(start, end + 1);
	}

	private int highest(Pattern place) {
		return place.matcher(this.reading + this.writing)
			.results()
			.mapToInt((found) -> Integer.parseInt(found.group(1)))
			.max()
			.orElse(0);
	}

	/**
	 * Return what looks at the counter.
	 */
	String reading() {
		return this.reading;
	}

	/**
	 * Return what changes it.
	 */
	String writing() {
		return this.writing;
	}

	/**
	 * Return how many arguments there are, not counting the time.
	 */
	int arguments() {
		return this.arguments;
	}

	/**
	 * Return how many figures it tells.
	 */
	int figures() {
		return this.figures;
	}

	/**
	 * Put a section where others stand before it.
	 */
	static String placed(String section, int keysBefore, int argumentsBefore, int figuresBefore) {
		String placed = moved(section, Places.KEY, "KEYS", keysBefore);
		placed = moved(placed, Places.ARGUMENT, "ARGV", argumentsBefore);
		return moved(placed, Places.FIGURE, "figure", figuresBefore);
	}

	private static String moved(String section, Pattern place, String name, int before) {
		Matcher matcher = place.matcher(section);
		return matcher.replaceAll((found) -> name + "[" + (Integer.parseInt(found.group(1)) + before) + "]");
	}

	/**
	 * Apart because constants are made before what else is static.
	 */
	private static final class Places {

		private static final Pattern KEY = Pattern.compile("KEYS\\[(\\d+)]");

		private static final Pattern ARGUMENT = Pattern.compile("ARGV\\[(\\d+)]");

		private static final Pattern FIGURE = Pattern.compile("figure\\[(\\d+)]");

		private Places() {
		}

	}

}

package io.github.ratelimit.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a script does with one counter: sections of a file of Lua, written for the first
 * key and the arguments from the second on, to be put into a frame in any place. So that
 * a script is as long as it must be, and names its keys one by one, as some proxies want
 * it. Immutable.
 */
enum ScriptPart {

	ACQUIRE_TOKEN_BUCKET("token-bucket.lua", "read", "acquire"),

	ACQUIRE_FIXED_WINDOW("windows.lua", "known", "read", "fixed", "charge"),

	ACQUIRE_SLIDING_WINDOW("sliding-window.lua", "read", "acquire"),

	ACQUIRE_SLIDING_WINDOW_COUNTER("windows.lua", "known", "read", "counter", "charge"),

	SETTLE_TOKEN_BUCKET("token-bucket.lua", "read", "settle"),

	SETTLE_WINDOWS("windows.lua", "known", "settle"),

	SETTLE_SLIDING_WINDOW("sliding-window.lua", "read", "settle");

	private static final String TIME_PLACE = "-- [time]\n";

	private static final String PLACE = "-- [counters]\n";

	private final String text;

	private final int arguments;

	ScriptPart(String file, String... sections) {
		String all = LuaScript.read(file);
		StringBuilder chosen = new StringBuilder();
		for (String section : sections) {
			chosen.append(section(all, section));
		}
		this.text = chosen.toString();
		this.arguments = Arguments.PATTERN.matcher(this.text)
			.results()
			.mapToInt((argument) -> Integer.parseInt(argument.group(1)))
			.max()
			.orElse(1) - 1;
	}

	private static String section(String all, String name) {
		String title = "-- [" + name + "]\n";
		int start = all.indexOf(title) + title.length();
		int end = all.indexOf("\n-- [", start);
		return (end < 0) ? all.substring(start) : all.substring(start, end + 1);
	}

	private String numbered(int key, int argumentsBefore) {
		Matcher matcher = Arguments.PATTERN.matcher(this.text.replace("KEYS[1]", "KEYS[" + key + "]"));
		return matcher
			.replaceAll((argument) -> "ARGV[" + (Integer.parseInt(argument.group(1)) + argumentsBefore) + "]");
	}

	/**
	 * Put parts into a frame.
	 * @param frame file of the frame
	 * @param parts the parts, for the first key and on
	 * @return the script
	 */
	static LuaScript script(String frame, List<ScriptPart> parts) {
		List<String> blocks = new ArrayList<>();
		int arguments = 0;
		for (ScriptPart part : parts) {
			blocks.add("do\n" + part.numbered(blocks.size() + 1, arguments) + "end\n");
			arguments += part.arguments;
		}
		return LuaScript.of(LuaScript.read(frame)
			.replace(TIME_PLACE, LuaScript.read("time.lua"))
			.replace(PLACE, String.join("", blocks)));
	}

	/**
	 * Apart because constants are made before what else is static.
	 */
	private static final class Arguments {

		private static final Pattern PATTERN = Pattern.compile("ARGV\\[(\\d+)]");

		private Arguments() {
		}

	}

}

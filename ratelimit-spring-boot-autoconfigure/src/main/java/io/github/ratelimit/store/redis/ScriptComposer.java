package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes scripts of parts, which are numbered in their order. So a script is as long as it
 * must be, and one that decides a single request names its keys one by one, as some
 * proxies want it.
 */
final class ScriptComposer {

	private static final String TIME_PLACE = "-- [time]\n";

	private static final String COUNTERS_PLACE = "-- [counters]\n";

	/**
	 * Lua has 200 local variables for what stands one inside the other.
	 */
	private static final int MAX_NESTED = 4;

	private ScriptComposer() {
	}

	/**
	 * Return the script of one decision.
	 */
	static LuaScript acquire(List<ScriptPart> parts) {
		return LuaScript.of(LuaScript.read("acquire.lua")
			.replace(TIME_PLACE, LuaScript.read("time.lua"))
			.replace(COUNTERS_PLACE, decision(parts)));
	}

	/**
	 * Return the script of many decisions over counters of the same kinds.
	 */
	static LuaScript gathered(List<ScriptPart> parts) {
		int arguments = 1 + parts.stream().mapToInt(ScriptPart::arguments).sum();
		return LuaScript.of(LuaScript.read("gathered.lua")
			.replace(COUNTERS_PLACE, decision(parts))
			.replace("key_count", Integer.toString(parts.size()))
			.replace("argument_count", Integer.toString(arguments))
			.replaceAll("KEYS\\[(\\d+)]", "KEYS[k + $1]")
			.replaceAll("ARGV\\[(\\d+)]", "ARGV[a + $1]"));
	}

	/**
	 * Return the script of a settlement.
	 */
	static LuaScript settle(List<ScriptPart> parts) {
		StringBuilder blocks = new StringBuilder();
		int arguments = 0;
		for (int i = 0; i < parts.size(); i++) {
			ScriptPart part = parts.get(i);
			blocks.append("do\n")
				.append(ScriptPart.placed(part.reading() + part.writing(), i, arguments, 0))
				.append("end\n");
			arguments += part.arguments();
		}
		return LuaScript.of(LuaScript.read("settle.lua")
			.replace(TIME_PLACE, LuaScript.read("time.lua"))
			.replace(COUNTERS_PLACE, blocks));
	}

	private static String decision(List<ScriptPart> parts) {
		int figures = parts.stream().mapToInt(ScriptPart::figures).sum();
		String format = ">I7" + "I7".repeat(figures);
		if (parts.size() > MAX_NESTED) {
			return "local figure = {}\nlocal charges = {}\n" + chained(parts)
					+ "if fits then\n  for i = 1, #charges do\n    charges[i]()\n  end\nend\n"
					+ "return struct.pack('%s', now, unpack(figure))\n".formatted(format);
		}
		String names = IntStream.rangeClosed(1, figures)
			.mapToObj((figure) -> "figure" + figure)
			.collect(Collectors.joining(", "));
		return "local " + names + "\n" + nested(parts, 0, 0, 0).replaceAll("figure\\[(\\d+)]", "figure$1")
				+ "return struct.pack('%s', now, %s)\n".formatted(format, names);
	}

	/**
	 * Return parts one inside the other, so that what charges a counter, after all have
	 * been read, knows what was read of it.
	 */
	private static String nested(List<ScriptPart> parts, int index, int arguments, int figures) {
		if (index == parts.size()) {
			return "";
		}
		ScriptPart part = parts.get(index);
		return "do\n" + ScriptPart.placed(part.reading(), index, arguments, figures)
				+ nested(parts, index + 1, arguments + part.arguments(), figures + part.figures()) + "if fits then\n"
				+ ScriptPart.placed(part.writing(), index, arguments, figures) + "end\nend\n";
	}

	/**
	 * Return parts one after the other: what charges them becomes a function, which costs
	 * more and needs no room.
	 */
	private static String chained(List<ScriptPart> parts) {
		StringBuilder blocks = new StringBuilder();
		int arguments = 0;
		int figures = 0;
		for (int i = 0; i < parts.size(); i++) {
			ScriptPart part = parts.get(i);
			blocks.append("do\n")
				.append(ScriptPart.placed(part.reading(), i, arguments, figures))
				.append("charges[")
				.append(i + 1)
				.append("] = function()\n")
				.append(ScriptPart.placed(part.writing(), i, arguments, figures))
				.append("end\nend\n");
			arguments += part.arguments();
			figures += part.figures();
		}
		return blocks.toString();
	}

}

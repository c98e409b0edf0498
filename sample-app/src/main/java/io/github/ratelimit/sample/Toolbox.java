package io.github.ratelimit.sample;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.ratelimit.annotation.RateLimited;

import org.springframework.stereotype.Component;

/**
 * Tools that an agent may use. Limited are not the requests but what they lead to, the
 * use of a tool, with one count for each user and tool.
 */
@Component
class Toolbox {

	private static final Map<String, UnaryOperator<String>> TOOLS = Map.of( //
			"reverse", (text) -> new StringBuilder(text).reverse().toString(), //
			"shout", (text) -> text.toUpperCase(Locale.ROOT), //
			"count", (text) -> Integer.toString(text.length()));

	Set<String> names() {
		return TOOLS.keySet();
	}

	@RateLimited(value = "tools", key = "#user + ':' + #tool")
	String use(String user, String tool, String text) {
		return Objects.requireNonNull(TOOLS.get(tool)).apply(text);
	}

}

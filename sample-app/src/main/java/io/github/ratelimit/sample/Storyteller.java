package io.github.ratelimit.sample;

import java.util.List;

import org.springframework.stereotype.Component;

/**
 * Writes stories, in place of a language model that costs money with each call. The same
 * theme always gives the same story.
 */
@Component
final class Storyteller {

	private static final List<String> HEROES = List.of("a clockmaker", "a retired pilot", "a shy giant",
			"the youngest of three sisters", "a lighthouse keeper");

	private static final List<String> PLACES = List.of("a town without a map", "an island that moves",
			"the last library", "a station where no train stops");

	private static final List<String> TURNS = List.of("a letter came that had been posted a hundred years ago",
			"somebody knocked from inside the wall", "the river began to run uphill",
			"a stranger asked the one question nobody had an answer to", "all the clocks struck thirteen");

	private static final List<String> SUGGESTIONS = List.of("dragons", "a lost key", "the sea at night",
			"a very long winter", "the wrong train");

	private static final int MAX_CHAPTERS = 20;

	String begin(String theme) {
		return "This is a story of %s. In %s there lived %s.".formatted(theme, pick(PLACES, theme, 0),
				pick(HEROES, theme, 0));
	}

	String next(Story story) {
		return "Then, one morning, %s.".formatted(pick(TURNS, story.theme(), story.chapters().size()));
	}

	String end(Story story) {
		return "And that is all there is to tell of %s.".formatted(story.theme());
	}

	boolean mayContinue(Story story) {
		return !story.ended() && story.chapters().size() < MAX_CHAPTERS;
	}

	List<String> suggestions() {
		return SUGGESTIONS;
	}

	private static String pick(List<String> from, String theme, int chapter) {
		return from.get(Math.floorMod(theme.hashCode() + chapter, from.size()));
	}

}

package io.github.ratelimit.sample;

import java.util.ArrayList;
import java.util.List;

/**
 * A story.
 *
 * @param id its number
 * @param theme what it is about
 * @param chapters what has been told so far
 * @param ended whether it is over
 */
record Story(long id, String theme, List<String> chapters, boolean ended) {

	Story {
		chapters = List.copyOf(chapters);
	}

	Story with(String chapter) {
		List<String> longer = new ArrayList<>(this.chapters);
		longer.add(chapter);
		return new Story(this.id, this.theme, longer, this.ended);
	}

	Story end() {
		return new Story(this.id, this.theme, this.chapters, true);
	}

}

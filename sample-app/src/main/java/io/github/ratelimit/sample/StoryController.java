package io.github.ratelimit.sample;

import java.util.List;
import java.util.function.UnaryOperator;

import io.github.ratelimit.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Telling stories, the expensive part: each method is limited by the tier {@code ai}.
 */
@RestController
class StoryController {

	private final Storyteller storyteller;

	private final StoryShelf shelf;

	StoryController(Storyteller storyteller, StoryShelf shelf) {
		this.storyteller = storyteller;
		this.shelf = shelf;
	}

	@RateLimited("ai")
	@PostMapping("/start-story")
	@ResponseStatus(HttpStatus.CREATED)
	Story start(@RequestBody NewStory story, HttpServletRequest request) {
		String theme = Input.text("theme", story.theme());
		return this.shelf.add(StoryOwner.of(request), theme, this.storyteller.begin(theme));
	}

	@RateLimited("ai")
	@PostMapping("/continue-story")
	Story proceed(@RequestBody StoryReference story, HttpServletRequest request) {
		return change(story, request, (found) -> found.with(this.storyteller.next(found)));
	}

	@RateLimited("ai")
	@PostMapping("/end-story")
	Story end(@RequestBody StoryReference story, HttpServletRequest request) {
		return change(story, request, (found) -> found.with(this.storyteller.end(found)).end());
	}

	@RateLimited("ai")
	@GetMapping("/suggestions")
	Suggestions suggestions() {
		return new Suggestions(this.storyteller.suggestions());
	}

	private Story change(StoryReference story, HttpServletRequest request, UnaryOperator<Story> change) {
		return this.shelf.change(StoryOwner.of(request), story.id(), (found) -> change.apply(requireUnfinished(found)))
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "You have no story of this number"));
	}

	private Story requireUnfinished(Story story) {
		if (!this.storyteller.mayContinue(story)) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "The story is over");
		}
		return story;
	}

	record NewStory(@Nullable String theme) {

	}

	record StoryReference(long id) {

	}

	record Suggestions(List<String> themes) {

	}

}

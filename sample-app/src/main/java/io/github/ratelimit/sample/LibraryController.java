package io.github.ratelimit.sample;

import java.util.List;

import io.github.ratelimit.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The caller's stories. On the class, the annotation holds for each public method.
 */
@RestController
@RequestMapping("/stories")
@RateLimited("api")
public class LibraryController {

	private final StoryShelf shelf;

	LibraryController(StoryShelf shelf) {
		this.shelf = shelf;
	}

	/**
	 * Return all stories of the caller.
	 * @param request the request
	 * @return the stories, the latest used last
	 */
	@GetMapping
	public List<Story> all(HttpServletRequest request) {
		return this.shelf.all(StoryOwner.of(request));
	}

	/**
	 * Return a story of the caller.
	 * @param id its number
	 * @param request the request
	 * @return the story
	 */
	@GetMapping("/{id}")
	public Story one(@PathVariable long id, HttpServletRequest request) {
		return this.shelf.find(StoryOwner.of(request), id).orElseThrow(LibraryController::notFound);
	}

	/**
	 * Throw a story of the caller away.
	 * @param id its number
	 * @param request the request
	 */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	public void delete(@PathVariable long id, HttpServletRequest request) {
		if (!this.shelf.remove(StoryOwner.of(request), id)) {
			throw notFound();
		}
	}

	private static ResponseStatusException notFound() {
		return new ResponseStatusException(HttpStatus.NOT_FOUND, "You have no story of this number");
	}

}

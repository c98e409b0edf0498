package io.github.ratelimit.sample;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The tools, over HTTP.
 */
@RestController
final class ToolController {

	private final Toolbox toolbox;

	ToolController(Toolbox toolbox) {
		this.toolbox = toolbox;
	}

	@PostMapping("/tools/{tool}")
	ToolResult use(@PathVariable String tool, @RequestBody ToolInput input, Principal user) {
		// Before the limit: a name made up by a caller is to get no count.
		if (!this.toolbox.names().contains(tool)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no tool of this name");
		}
		return new ToolResult(this.toolbox.use(user.getName(), tool, Input.text("text", input.text())));
	}

	record ToolInput(@Nullable String text) {

	}

	record ToolResult(String result) {

	}

}

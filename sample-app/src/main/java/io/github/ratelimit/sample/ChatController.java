package io.github.ratelimit.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A chat backend that knows nothing of limits: {@code ratelimit.routes} says them all.
 */
@RestController
final class ChatController {

	@PostMapping("/chat")
	Reply chat(@RequestBody Message message) {
		return new Reply("You said: " + Input.text("message", message.message()));
	}

	@GetMapping("/backend/rooms")
	List<String> rooms() {
		return List.of("lobby", "help");
	}

	@GetMapping("/backend/models")
	List<String> models() {
		return List.of("parrot");
	}

	record Message(@Nullable String message) {

	}

	record Reply(String reply) {

	}

}

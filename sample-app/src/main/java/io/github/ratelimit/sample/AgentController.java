package io.github.ratelimit.sample;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Agents, limited in code ({@link AgentLimits}), and by user, address and API key at
 * once.
 */
@RestController
@RequestMapping("/agents")
class AgentController {

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

	private final AgentLimits limits;

	private final RateLimiterRegistry registry;

	private final Secrets secrets;

	AgentController(AgentLimits limits, RateLimiterRegistry registry, Secrets secrets) {
		this.limits = limits;
		this.registry = registry;
		this.secrets = secrets;
	}

	@PostMapping("/authenticate")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void authenticate(@RequestBody Token token) {
		this.limits.authenticating(Input.text("token", token.token()));
	}

	@PostMapping("/{agent}/roles")
	Map<String, Long> takeRole(@PathVariable String agent) {
		String name = Input.matching(NAME, agent, "An agent's name is lower-case letters, digits and '-'");
		return Map.of("left", this.limits.takingRole(name));
	}

	@DeleteMapping("/{agent}/roles")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void forgetRoles(@PathVariable String agent) {
		this.limits.forgetRoles(agent);
	}

	/**
	 * Find something: the most restrictive of three limits wins.
	 */
	@GetMapping("/search")
	@RateLimited("user")
	@RateLimited("ip")
	@RateLimited(value = "api-key", key = "@secrets.hash(#apiKey)")
	List<String> search(@RequestHeader("X-API-Key") String apiKey) {
		return List.of("a map", "a lighthouse");
	}

	/**
	 * Answer a question, limited in code as {@link #search(String)} is by annotations.
	 */
	@GetMapping("/answer")
	Map<String, Integer> answer(@RequestHeader("X-API-Key") String apiKey, Principal user, HttpServletRequest request) {
		this.registry.checkOrThrow(List.of(TierUse.of("user", "user:" + user.getName()),
				TierUse.of("ip", "ip:" + request.getRemoteAddr()), TierUse.of("api-key", this.secrets.hash(apiKey))));
		return Map.of("answer", 42);
	}

	record Token(@Nullable String token) {

	}

}

package io.github.ratelimit.sample;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Accounts. What is limited here is said by {@code ratelimit.routes}.
 */
@RestController
final class AccountController {

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{2,31}");

	private static final Pattern PASSWORD = Pattern.compile("[\\x20-\\x7e]{8,64}");

	private final Accounts accounts;

	private final AuthenticationManager authenticationManager;

	AccountController(Accounts accounts, AuthenticationManager authenticationManager) {
		this.accounts = accounts;
		this.authenticationManager = authenticationManager;
	}

	@PostMapping("/signup")
	@ResponseStatus(HttpStatus.CREATED)
	Profile signUp(@RequestBody Credentials credentials) {
		String name = Input.matching(NAME, credentials.name(),
				"A name is 3 to 32 lower-case letters, digits and '-', and begins with a letter");
		String password = Input.matching(PASSWORD, credentials.password(),
				"A password is 8 to 64 printable characters of ASCII");
		if (!this.accounts.add(name, password)) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "There is a user of this name");
		}
		return new Profile(name);
	}

	@PostMapping("/login")
	Profile logIn(@RequestBody Credentials credentials) {
		try {
			Authentication user = this.authenticationManager.authenticate(
					UsernamePasswordAuthenticationToken.unauthenticated(credentials.name(), credentials.password()));
			return new Profile(user.getName());
		}
		catch (AuthenticationException ex) {
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "Name or password is wrong", ex);
		}
	}

	@GetMapping("/me")
	Profile me(Authentication user) {
		return new Profile(user.getName());
	}

	record Credentials(@Nullable String name, @Nullable String password) {

	}

	record Profile(String name) {

	}

}

package io.github.ratelimit.sample;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * The users, in memory.
 */
final class Accounts implements UserDetailsService {

	static final String PREMIUM = "PREMIUM";

	static final String OPS = "OPS";

	private final Map<String, Account> accounts = new ConcurrentHashMap<>();

	private final PasswordEncoder passwordEncoder;

	Accounts(PasswordEncoder passwordEncoder) {
		this.passwordEncoder = passwordEncoder;
	}

	/**
	 * Add a user.
	 * @return {@code false} if there is one of this name
	 */
	boolean add(String name, String password, String... roles) {
		String encoded = Objects.requireNonNull(this.passwordEncoder.encode(password));
		return this.accounts.putIfAbsent(name, new Account(encoded, roles)) == null;
	}

	/**
	 * Spring Security wipes the password of what it is given, so each caller gets its
	 * own.
	 */
	@Override
	public UserDetails loadUserByUsername(String name) {
		Account account = this.accounts.get(name);
		if (account == null) {
			throw new UsernameNotFoundException("No user of this name");
		}
		return User.withUsername(name).password(account.password()).roles(account.roles()).build();
	}

	private record Account(String password, String... roles) {

	}

}

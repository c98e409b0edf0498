package io.github.ratelimit.sample;

import jakarta.servlet.DispatcherType;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Who may do what. Nothing here is needed for the limiter, which takes the user from the
 * request.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	/**
	 * Basic authentication checks the password with each request, and those of a sample
	 * are no secret: hence the lowest strength. Keep the default in an application of
	 * yours.
	 */
	private static final int PASSWORD_STRENGTH = 4;

	@Bean
	PasswordEncoder passwordEncoder() {
		return new BCryptPasswordEncoder(PASSWORD_STRENGTH);
	}

	@Bean
	Accounts accounts(PasswordEncoder passwordEncoder) {
		Accounts accounts = new Accounts(passwordEncoder);
		accounts.add("alice", "alice-pass");
		accounts.add("bob", "bob-pass");
		accounts.add("paula", "paula-pass", Accounts.PREMIUM);
		accounts.add("ops", "ops-pass", Accounts.OPS);
		return accounts;
	}

	@Bean
	AuthenticationManager authenticationManager(Accounts accounts, PasswordEncoder passwordEncoder) {
		DaoAuthenticationProvider provider = new DaoAuthenticationProvider(accounts);
		provider.setPasswordEncoder(passwordEncoder);
		return new ProviderManager(provider);
	}

	@Bean
	@Profile("!service")
	SecurityFilterChain securityFilterChain(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests
			// An error page may be seen by whoever may not see what it is about.
			.dispatcherTypeMatchers(DispatcherType.ERROR)
			.permitAll()
			.requestMatchers("/me", "/tools/**", "/agents/search", "/agents/answer")
			.authenticated()
			// The totals name no caller. What one caller did, and what changes it, is
			// for operators.
			.requestMatchers(HttpMethod.GET, "/actuator/ratelimiter", "/actuator/health/**", "/actuator/prometheus")
			.permitAll()
			.requestMatchers("/actuator/**")
			.hasRole(Accounts.OPS)
			.requestMatchers(HttpMethod.DELETE, "/agents/**")
			.hasRole(Accounts.OPS)
			.anyRequest()
			.permitAll())
			.httpBasic(Customizer.withDefaults())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			// No cookie says who is calling, so no other site can make a browser call in
			// somebody's name.
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

	/**
	 * The limiter as a service. It looks at credentials itself: at the API keys that it
	 * was started with. The users above, whose passwords everybody can read, are nobody
	 * here, and what else the sample can do is not to be had.
	 */
	@Bean
	@Profile("service")
	SecurityFilterChain serviceSecurityFilterChain(HttpSecurity http) {
		return http
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.requestMatchers("/v1/**", "/rules/**", "/health", "/metrics", "/circuit-breaker-status")
				.permitAll()
				.requestMatchers(HttpMethod.GET, "/actuator/health/**")
				.permitAll()
				.anyRequest()
				.denyAll())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

}

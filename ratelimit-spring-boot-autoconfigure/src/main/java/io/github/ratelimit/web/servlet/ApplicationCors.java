package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.ratelimit.identity.KeySources;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * What an application lets pages of other origins do, for requests that the limiter
 * answers in its place. Safe for use by many threads.
 */
public final class ApplicationCors {

	private static final String DISPATCHER_SERVLET = "org.springframework.web.servlet.DispatcherServlet";

	private final Set<String> credentials;

	private final Supplier<@Nullable CorsConfigurationSource> configured;

	private final Supplier<@Nullable CorsConfigurationSource> handlers;

	private final RefusalProcessor processor = new RefusalProcessor();

	/**
	 * Create the knowledge of an application.
	 * @param configured what Spring Security goes by, if the application has it
	 * @param handlers what the handlers of Spring MVC allow, where it is there
	 * @param credentials names of header fields by which callers are known, beside those
	 * that are known to be secret
	 */
	public ApplicationCors(Supplier<@Nullable CorsConfigurationSource> configured,
			Supplier<@Nullable CorsConfigurationSource> handlers, Collection<String> credentials) {
		this.credentials = credentials.stream()
			.map((name) -> name.toLowerCase(Locale.ROOT))
			.collect(Collectors.toSet());
		this.configured = Objects.requireNonNull(configured, "configured must not be null");
		this.handlers = Objects.requireNonNull(handlers, "handlers must not be null");
	}

	/**
	 * Return what is known of an application that lets no other origin do anything.
	 * @return no configuration
	 */
	static ApplicationCors none() {
		return new ApplicationCors(() -> null, () -> null, List.of());
	}

	/**
	 * Let the page that sent a request read the answer, if the application would.
	 */
	void addHeaders(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (request.getHeader(HttpHeaders.ORIGIN) != null
				&& !response.containsHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
			CorsConfiguration configuration = configuration(this.configured, request);
			if (configuration == null) {
				configuration = configuration(this.handlers, request);
			}
			this.processor.processRequest(configuration, request, response);
		}
	}

	/**
	 * Return whether a request asks what a page may do, and somebody may answer that
	 * before it comes to a controller.
	 */
	boolean mayAnswer(HttpServletRequest request) {
		return isPreFlight(request)
				&& (configuration(this.configured, request) != null || configuration(this.handlers, request) != null);
	}

	/**
	 * Return whether a request asks what a page may do, and Spring MVC will answer that.
	 */
	boolean handlerAnswers(HttpServletRequest request) {
		return isPreFlight(request) && isForSpringMvc(request) && configuration(this.handlers, request) != null;
	}

	/**
	 * Return whether a browser asks what a page may do. It never sends credentials with
	 * that: what does might be a guess at a password, which somebody may check.
	 */
	private boolean isPreFlight(HttpServletRequest request) {
		return request.getHeader(HttpHeaders.ORIGIN) != null && CorsUtils.isPreFlightRequest(request)
				&& !hasCredentials(request);
	}

	private boolean hasCredentials(HttpServletRequest request) {
		Enumeration<String> names = request.getHeaderNames();
		while (names.hasMoreElements()) {
			String name = names.nextElement();
			if (KeySources.isSecretHeader(name) || this.credentials.contains(name.toLowerCase(Locale.ROOT))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isForSpringMvc(HttpServletRequest request) {
		ServletRegistration servlet = request.getServletContext()
			.getServletRegistration(request.getHttpServletMapping().getServletName());
		return servlet != null && DISPATCHER_SERVLET.equals(servlet.getClassName());
	}

	private static @Nullable CorsConfiguration configuration(Supplier<@Nullable CorsConfigurationSource> source,
			HttpServletRequest request) {
		CorsConfigurationSource found = source.get();
		return (found != null) ? found.getCorsConfiguration(request) : null;
	}

	/**
	 * Adds header fields, and leaves a request that is not allowed without any.
	 */
	private static final class RefusalProcessor extends DefaultCorsProcessor {

		@Override
		protected void rejectRequest(ServerHttpResponse response) {
			// It is refused anyway, and by the other reason
		}

	}

}

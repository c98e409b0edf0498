package io.github.ratelimit.web.servlet;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.UriUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RoutePattern} and {@link RoutePath}.
 */
class RoutePatternTests {

	private static final List<String> PATTERNS = List.of("", "/", "/**", "/*", "/{a}", "/{*a}", "/api", "/api/", "/API",
			"/api/**", "/api/*", "/api/{id}", "/api/{*rest}", "/api/{id}/x", "/api/users", "/api/users/**", "/a?i",
			"/ap*", "/api/*.txt", "/api/a.b", "/api/a-b_c~d", "/api//users", "/a b", "/caf\u00e9", "/api/{id:[0-9]+}",
			"/a;b", "/a%20b", "/kelvin");

	private static final List<String> PATHS = List.of("", "/", "//", "/api", "/api/", "/api//", "/API", "/Api/Users",
			"/apis", "/ap", "/a", "/api/7", "/api/users", "/api/users/", "/api/users/7", "/api//users", "/api/7/x",
			"/api/x.txt", "/api/a.b", "/api/a-b_c~d", "/api;v=1", "/api;v=1/users", "/;v=1/api", "/api/users;v=1",
			"/%61pi", "/api%2Fusers", "/api/%75sers", "/a%20b", "/a b", "/a+b", "/caf%C3%A9", "/caf\u00e9", "/a;b",
			"/a%3Bb", "/a%25", "/\u212aelvin", "/%E2%84%AAelvin", "/api/{id}", "/api/..", "/./api", "api",
			"/other/users");

	private final PathPatternParser parser = new PathPatternParser();

	@Test
	void matchesWhatThePatternMatches() {
		assertMatchesAlike();
	}

	@Test
	void matchesWhatThePatternMatchesThatDoesNotMindTheCase() {
		this.parser.setCaseSensitive(false);
		assertMatchesAlike();
	}

	private void assertMatchesAlike() {
		for (String text : PATTERNS) {
			PathPattern pattern = this.parser.parse(text);
			RoutePattern route = new RoutePattern(pattern);
			for (String path : PATHS) {
				assertThat(route.matches(RoutePath.sent(path))).as("'%s' sent to '%s'", path, text)
					.isEqualTo(pattern.matches(PathContainer.parsePath(path)));
				assertThat(route.matches(RoutePath.understood(path))).as("'%s' understood by '%s'", path, text)
					.isEqualTo(pattern.matches(PathContainer.parsePath(encoded(path))));
			}
		}
	}

	private static String encoded(String path) {
		return UriUtils.encodePath(path, StandardCharsets.UTF_8).replace(";", "%3B");
	}

}

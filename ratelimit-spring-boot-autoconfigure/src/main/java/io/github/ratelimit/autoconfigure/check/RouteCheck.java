package io.github.ratelimit.autoconfigure.check;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.autoconfigure.RouteProperties;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;

import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Looks for routes that never get a request: an earlier one takes them all, or they begin
 * with the context path. A route is only said to take all of another where that is
 * certain: it is for all its methods, and has for each of its paths the same, one that
 * ends in {@code /**} above it, or a pattern that matches it where it is plain text.
 */
final class RouteCheck implements StartupCheck {

	private static final String REST = "/**";

	private final List<RouteProperties> routes;

	private final String contextPath;

	RouteCheck(List<RouteProperties> routes, String contextPath) {
		this.routes = List.copyOf(routes);
		this.contextPath = StringUtils.trimTrailingCharacter(contextPath, '/');
	}

	@Override
	public void run(Findings findings) {
		for (int i = 0; i < this.routes.size(); i++) {
			RouteProperties route = this.routes.get(i);
			for (int earlier = 0; earlier < i; earlier++) {
				if (takesAll(this.routes.get(earlier), route)) {
					findings.report(Check.UNREACHABLE_ROUTE,
							("Route 'ratelimit.routes[%d]' gets no request, because "
									+ "'ratelimit.routes[%d]' stands before it and takes all of them.")
								.formatted(i, earlier));
					break;
				}
			}
			checkContextPath(i, route, findings);
		}
	}

	private void checkContextPath(int index, RouteProperties route, Findings findings) {
		for (String path : route.getPaths()) {
			String full = full(path);
			if (!this.contextPath.isEmpty()
					&& (full.equals(this.contextPath) || full.startsWith(this.contextPath + "/"))) {
				findings.report(Check.UNREACHABLE_ROUTE,
						("Path '%s' of 'ratelimit.routes[%d]' begins with the context path '%s', which is no part of what "
								+ "paths are compared with.")
							.formatted(full, index, this.contextPath));
			}
		}
	}

	private static boolean takesAll(RouteProperties earlier, RouteProperties later) {
		Set<String> methods = methods(earlier);
		return (methods.isEmpty() || (!later.getMethods().isEmpty() && methods.containsAll(methods(later)))) && later
			.getPaths()
			.stream()
			.allMatch((path) -> earlier.getPaths().stream().anyMatch((other) -> covers(full(other), full(path))));
	}

	private static Set<String> methods(RouteProperties route) {
		Set<String> methods = route.getMethods()
			.stream()
			.map((method) -> method.toUpperCase(Locale.ROOT))
			.collect(Collectors.toSet());
		if (methods.contains("GET")) {
			methods.add("HEAD");
		}
		return methods;
	}

	private static boolean covers(String pattern, String other) {
		if (pattern.equals(other)) {
			return true;
		}
		PathPatternParser parser = PathPatternParser.defaultInstance;
		PathPattern parsed = parser.parse(pattern);
		if (!parser.parse(other).hasPatternSyntax()) {
			return parsed.matches(PathContainer.parsePath(other));
		}
		if (!pattern.endsWith(REST)) {
			return false;
		}
		String above = pattern.substring(0, pattern.length() - REST.length());
		return (above.isEmpty() || !parser.parse(above).hasPatternSyntax()) && other.startsWith(above + "/");
	}

	private static String full(String path) {
		return PathPatternParser.defaultInstance.initFullPathPattern(path.trim());
	}

}

package io.github.ratelimit.autoconfigure.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.web.servlet.RateLimitRoute;
import io.github.ratelimit.web.servlet.RouteGate;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Looks for routes that may refuse the health endpoint, by which a platform asks whether
 * it has to restart the instance. On a port of its own no route sees it.
 */
final class HealthRouteCheck implements StartupCheck {

	private static final EndpointId HEALTH = EndpointId.of("health");

	private static final List<String> PROBES = List.of("", "/liveness", "/readiness");

	private final RouteGate routes;

	private final Supplier<PathMappedEndpoints> endpoints;

	private final Environment environment;

	HealthRouteCheck(RouteGate routes, Supplier<PathMappedEndpoints> endpoints, Environment environment) {
		this.routes = routes;
		this.endpoints = endpoints;
		this.environment = environment;
	}

	@Override
	public void run(Findings findings) {
		Map<String, Set<String>> limited = new LinkedHashMap<>();
		for (String path : paths()) {
			RateLimitRoute route = this.routes.routeOf(path);
			if (route != null && route.mayRefuse()) {
				limited.computeIfAbsent(route.endpoint(), (endpoint) -> new TreeSet<>()).add("'" + path + "'");
			}
		}
		limited.forEach((route, paths) -> findings.report(Check.LIMITED_HEALTH,
				"Route '%s' may refuse %s, by which a platform asks whether it has to restart this instance."
					.formatted(route, String.join(", ", paths))));
	}

	private List<String> paths() {
		PathMappedEndpoints mapped = this.endpoints.get();
		String health = mapped.getPath(HEALTH);
		if (health == null) {
			return List.of();
		}
		List<String> paths = new ArrayList<>(mapped.getAdditionalPaths(WebServerNamespace.SERVER, HEALTH));
		if (ManagementPortType.get(this.environment) == ManagementPortType.SAME) {
			PROBES.forEach((probe) -> paths.add(health + probe));
		}
		String servlet = StringUtils.trimTrailingCharacter(this.environment.getProperty("spring.mvc.servlet.path", ""),
				'/');
		return paths.stream().map((path) -> servlet + path).toList();
	}

}

package io.github.ratelimit.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.http.RateLimitHeaders;

import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The paths of the service. They are functions, and not annotated controllers: what an
 * application has set for its controllers (converters, names, advice) does not change
 * them, and who may ask stands beside each.
 */
public final class ServiceRoutes {

	private final String basePath;

	private final List<ServicePath> paths;

	/**
	 * Create the paths.
	 * @param settings how the service answers
	 * @param limiters who decides
	 * @param headers header fields of decisions
	 */
	public ServiceRoutes(ServiceSettings settings, TierRateLimiters limiters, RateLimitHeaders headers) {
		this.basePath = settings.basePath();
		this.paths = new ArrayList<>();
		CheckHandler checks = new CheckHandler(limiters, new CheckAnswer(limiters, headers, InstantSource.system()),
				settings);
		this.paths.add(ServicePath.of("/v1/check", Access.CHECK).with(HttpMethod.POST, checks::check));
		this.paths.add(ServicePath.of("/v1/check/batch", Access.CHECK).with(HttpMethod.POST, checks::batch));
	}

	/**
	 * Return the paths.
	 */
	List<ServicePath> paths() {
		return this.paths;
	}

	/**
	 * Return what routes requests.
	 * @param access who may do what
	 * @return the function; it knows every path below the base path, if there is one, and
	 * below that of administration
	 */
	public RouterFunction<ServerResponse> router(ServiceAccess access) {
		ServiceDispatcher dispatcher = new ServiceDispatcher(access);
		RouterFunctions.Builder builder = RouterFunctions.route();
		this.paths.forEach((path) -> add(builder, path, dispatcher));
		add(builder, ServicePath.of("/v1/admin/{*rest}", Access.ADMIN), dispatcher);
		if (!this.basePath.isEmpty()) {
			add(builder, ServicePath.of("/{*rest}", Access.CHECK), dispatcher);
		}
		return builder.build();
	}

	private void add(RouterFunctions.Builder builder, ServicePath path, ServiceDispatcher dispatcher) {
		builder.route(RequestPredicates.path(this.basePath + path.pattern()),
				(request) -> dispatcher.handle(path, request));
	}

}

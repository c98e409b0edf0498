package io.github.ratelimit.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.tier.json.RuleJson;
import io.github.ratelimit.web.http.RateLimitHeaders;
import org.jspecify.annotations.Nullable;

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

	private final ServiceSettings settings;

	private final List<ServicePath> paths = new ArrayList<>();

	/**
	 * Create the paths.
	 * @param settings how the service answers
	 * @param limiters who decides
	 * @param store where counts are kept
	 * @param headers header fields of decisions
	 * @param json reads and writes rules
	 * @param repository keeps rules, {@code null} if nobody does
	 * @param metrics writes meters, {@code null} if nobody does
	 */
	public ServiceRoutes(ServiceSettings settings, TierRateLimiters limiters, RateLimitStore store,
			RateLimitHeaders headers, RuleJson json, @Nullable RuleRepository repository,
			@Nullable MetricsText metrics) {
		this.settings = settings;
		RuleTexts texts = new RuleTexts(json);
		CheckAnswer answers = new CheckAnswer(limiters, headers, InstantSource.system());
		addChecks(new CheckHandler(limiters, answers, settings), new ExplainHandler(limiters, texts, answers));
		addRules(new RuleHandler(limiters.rules(), texts),
				new RuleAdminHandler(repository, texts, settings.maxBodyBytes()));
		addStatus(new StatusHandler(store, limiters.rules(), metrics, settings.limiting()));
	}

	private void addChecks(CheckHandler checks, ExplainHandler explain) {
		this.paths.add(ServicePath.of("/v1/check", Access.CHECK).with(HttpMethod.POST, checks::check));
		this.paths.add(ServicePath.of("/v1/check/batch", Access.CHECK).with(HttpMethod.POST, checks::batch));
		this.paths.add(ServicePath.of("/v1/explain", Access.CHECK).get(explain::explain));
	}

	private void addRules(RuleHandler rules, RuleAdminHandler admin) {
		this.paths.add(ServicePath.of("/rules", Access.CHECK).get(rules::all));
		this.paths.add(ServicePath.of("/rules/{*rest}", Access.CHECK).get(rules::ofClient));
		this.paths.add(ServicePath.of("/v1/admin/rules", Access.ADMIN)
			.get(admin::list)
			.with(HttpMethod.POST, admin::save)
			.with(HttpMethod.DELETE, admin::delete));
		this.paths.add(ServicePath.of("/v1/admin/rules/history", Access.ADMIN).get(admin::history));
	}

	private void addStatus(StatusHandler status) {
		this.paths.add(ServicePath.of("/circuit-breaker-status", Access.CHECK).get(status::circuitBreaker));
		this.paths.add(ServicePath.of("/health", Access.OPEN).get(status::health));
		this.paths
			.add(ServicePath.of("/v1/openapi.json", Access.CHECK).get(new OpenApiHandler(this.settings.basePath())));
		this.paths.add(ServicePath.of("/metrics", Access.CHECK).get(status::metrics).withType(""));
	}

	/**
	 * Return the paths.
	 */
	List<ServicePath> paths() {
		return this.paths;
	}

	/**
	 * Return which requests are for the service, as filters are told.
	 * @return the patterns of the Servlet API, within Spring MVC's servlet
	 */
	public List<String> urlPatterns() {
		Stream<String> patterns = this.paths.stream().map(ServicePath::pattern);
		return Stream.concat(patterns, (this.settings.basePath().isEmpty()) ? Stream.empty() : Stream.of("/*"))
			.map((pattern) -> this.settings.basePath() + pattern.replace("{*rest}", "*"))
			.distinct()
			.toList();
	}

	/**
	 * Return what routes requests.
	 * @param access who may do what
	 * @return the function; it knows every path below the base path, if there is one, and
	 * leaves those that it does not know to the application otherwise
	 */
	public RouterFunction<ServerResponse> router(ServiceAccess access) {
		ServiceDispatcher dispatcher = new ServiceDispatcher(access);
		RouterFunctions.Builder builder = RouterFunctions.route();
		this.paths.forEach((path) -> add(builder, path, dispatcher));
		if (!this.settings.basePath().isEmpty()) {
			add(builder, ServicePath.of("/{*rest}", Access.CHECK), dispatcher);
		}
		return builder.build();
	}

	private void add(RouterFunctions.Builder builder, ServicePath path, ServiceDispatcher dispatcher) {
		builder.route(RequestPredicates.path(this.settings.basePath() + path.pattern()),
				(request) -> dispatcher.handle(path, request));
	}

}

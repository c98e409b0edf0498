package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Rate;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.KeySource;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.web.http.HeaderStyle;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the rate limiter.
 */
@ConfigurationProperties("ratelimit")
public class RateLimitProperties {

	/**
	 * Whether requests are limited.
	 */
	private boolean enabled = true;

	/**
	 * Name that keeps the counts of applications on one Redis apart. By default that of
	 * 'spring.application.name', else 'application'.
	 */
	private @Nullable String application;

	/**
	 * What happens to a request while Redis cannot decide, in tiers that do not say.
	 */
	private FailureMode failureMode = FailureMode.LOCAL;

	/**
	 * Named groups of limits. The tiers 'ai', 'api' and 'auth' exist unless set.
	 */
	private final Map<String, Tier> tiers = new LinkedHashMap<>();

	/**
	 * Paths whose requests are limited; the first that matches holds.
	 */
	private final List<Route> routes = new ArrayList<>();

	private final Response response = new Response();

	private final Filter filter = new Filter();

	private final Memory memory = new Memory();

	private final Redis redis = new Redis();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getApplication() {
		return this.application;
	}

	public void setApplication(@Nullable String application) {
		this.application = application;
	}

	public FailureMode getFailureMode() {
		return this.failureMode;
	}

	public void setFailureMode(FailureMode failureMode) {
		this.failureMode = failureMode;
	}

	public Map<String, Tier> getTiers() {
		return this.tiers;
	}

	public List<Route> getRoutes() {
		return this.routes;
	}

	public Response getResponse() {
		return this.response;
	}

	public Filter getFilter() {
		return this.filter;
	}

	public Memory getMemory() {
		return this.memory;
	}

	public Redis getRedis() {
		return this.redis;
	}

	/**
	 * One limit.
	 */
	public static class Limit {

		/**
		 * Units that come back in a time, such as '2/s', '0.5/s', '100/m', '100/60s',
		 * '10000/d' or '1000/month'.
		 */
		private @Nullable Rate rate;

		/**
		 * Units that may be used at once. By default the number of the rate, and only of
		 * a token bucket another.
		 */
		private @Nullable Long burst;

		/**
		 * How units are counted. By default 'token-bucket'.
		 */
		private @Nullable Algorithm algorithm;

		/**
		 * Time zone whose minutes, hours, days, weeks or months a fixed window follows,
		 * such as 'Europe/Berlin'.
		 */
		private @Nullable ZoneId zone;

		public @Nullable Rate getRate() {
			return this.rate;
		}

		public void setRate(@Nullable Rate rate) {
			this.rate = rate;
		}

		public @Nullable Long getBurst() {
			return this.burst;
		}

		public void setBurst(@Nullable Long burst) {
			this.burst = burst;
		}

		public @Nullable Algorithm getAlgorithm() {
			return this.algorithm;
		}

		public void setAlgorithm(@Nullable Algorithm algorithm) {
			this.algorithm = algorithm;
		}

		public @Nullable ZoneId getZone() {
			return this.zone;
		}

		public void setZone(@Nullable ZoneId zone) {
			this.zone = zone;
		}

	}

	/**
	 * One of several limits.
	 */
	public static class NamedLimit extends Limit {

		/**
		 * Name that callers are told. By default that of the tier.
		 */
		private @Nullable String name;

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

	}

	/**
	 * One limit, or several.
	 */
	public static class Plan extends Limit {

		/**
		 * Limits that all have to allow a request, in place of one.
		 */
		private final List<NamedLimit> limits = new ArrayList<>();

		public List<NamedLimit> getLimits() {
			return this.limits;
		}

	}

	/**
	 * A named group of limits, with others for some plans.
	 */
	public static class Tier extends Plan {

		/**
		 * Limits of callers on a plan, by the plan's name. Plans 'authenticated' and
		 * 'anonymous' are known to the starter.
		 */
		private final Map<String, Plan> plans = new LinkedHashMap<>();

		/**
		 * Whose count a request is charged to.
		 */
		private KeySource key = KeySource.CLIENT;

		/**
		 * What one count is for.
		 */
		private Scope scope = Scope.TIER;

		/**
		 * What happens to a request of this tier while Redis cannot decide. By default as
		 * 'ratelimit.failure-mode' says.
		 */
		private @Nullable FailureMode failureMode;

		/**
		 * Whether refusals are obeyed, or only counted.
		 */
		private Enforcement enforcement = Enforcement.ENFORCE;

		public Map<String, Plan> getPlans() {
			return this.plans;
		}

		public KeySource getKey() {
			return this.key;
		}

		public void setKey(KeySource key) {
			this.key = key;
		}

		public Scope getScope() {
			return this.scope;
		}

		public void setScope(Scope scope) {
			this.scope = scope;
		}

		public @Nullable FailureMode getFailureMode() {
			return this.failureMode;
		}

		public void setFailureMode(@Nullable FailureMode failureMode) {
			this.failureMode = failureMode;
		}

		public Enforcement getEnforcement() {
			return this.enforcement;
		}

		public void setEnforcement(Enforcement enforcement) {
			this.enforcement = enforcement;
		}

	}

	/**
	 * Paths whose requests are limited, by one tier or by several.
	 */
	public static class Route {

		/**
		 * Name of the tier, or of several that all have to allow a request.
		 */
		private List<String> tier = new ArrayList<>();

		/**
		 * Units that a request takes: a whole number, 'header:' and the name of a field
		 * of the request that says it, or an expression over 'request' and
		 * 'authentication'.
		 */
		private String cost = "1";

		/**
		 * Patterns of paths within the application, such as '/login' or '/api/**'.
		 */
		private List<String> paths = new ArrayList<>();

		/**
		 * HTTP methods that are limited; by default all. 'GET' stands for 'HEAD' too.
		 */
		private Set<String> methods = new LinkedHashSet<>();

		public List<String> getTier() {
			return this.tier;
		}

		public void setTier(List<String> tier) {
			this.tier = tier;
		}

		public String getCost() {
			return this.cost;
		}

		public void setCost(String cost) {
			this.cost = cost;
		}

		public List<String> getPaths() {
			return this.paths;
		}

		public void setPaths(List<String> paths) {
			this.paths = paths;
		}

		public Set<String> getMethods() {
			return this.methods;
		}

		public void setMethods(Set<String> methods) {
			this.methods = methods;
		}

	}

	/**
	 * Limited HTTP responses.
	 */
	public static class Response {

		/**
		 * Header fields that tell callers where they stand.
		 */
		private Set<HeaderStyle> headers = new LinkedHashSet<>(Set.of(HeaderStyle.RATELIMIT));

		public Set<HeaderStyle> getHeaders() {
			return this.headers;
		}

		public void setHeaders(Set<HeaderStyle> headers) {
			this.headers = headers;
		}

	}

	/**
	 * The servlet filter.
	 */
	public static class Filter {

		/**
		 * Order of the filter. By default right after the filter chain of Spring
		 * Security.
		 */
		private @Nullable Integer order;

		public @Nullable Integer getOrder() {
			return this.order;
		}

		public void setOrder(@Nullable Integer order) {
			this.order = order;
		}

	}

	/**
	 * The store in memory.
	 */
	public static class Memory {

		/**
		 * Most counts that are kept in memory.
		 */
		private int maxCounters = InMemoryRateLimitStore.DEFAULT_MAX_COUNTERS;

		public int getMaxCounters() {
			return this.maxCounters;
		}

		public void setMaxCounters(int maxCounters) {
			this.maxCounters = maxCounters;
		}

	}

	/**
	 * The store in Redis.
	 */
	public static class Redis {

		/**
		 * Whether Redis is used where one is configured.
		 */
		private boolean enabled = true;

		/**
		 * Address of the limiter's Redis,
		 * 'redis://[user:password@]host[:port][/database]', or 'rediss://' for TLS.
		 */
		private @Nullable String url;

		/**
		 * Name of the SSL bundle to use with 'ratelimit.redis.url' or 'REDIS_URL', which
		 * then need not say 'rediss://'.
		 */
		private @Nullable String sslBundle;

		/**
		 * Longest time a decision waits for Redis.
		 */
		private Duration timeout = Duration.ofMillis(100);

		/**
		 * Longest time to wait for a connection.
		 */
		private Duration connectTimeout = Duration.ofMillis(500);

		/**
		 * Time after which an instance shows the others again that it is there.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getUrl() {
			return this.url;
		}

		public void setUrl(@Nullable String url) {
			this.url = url;
		}

		public @Nullable String getSslBundle() {
			return this.sslBundle;
		}

		public void setSslBundle(@Nullable String sslBundle) {
			this.sslBundle = sslBundle;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public Duration getConnectTimeout() {
			return this.connectTimeout;
		}

		public void setConnectTimeout(Duration connectTimeout) {
			this.connectTimeout = connectTimeout;
		}

		public Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

	}

}

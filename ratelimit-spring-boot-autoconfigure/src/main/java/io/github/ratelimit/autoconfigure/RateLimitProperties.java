package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.web.http.HeaderStyle;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

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
	private final Map<String, TierProperties> tiers = new LinkedHashMap<>();

	/**
	 * Paths whose requests are limited; the first that matches holds.
	 */
	private final List<Route> routes = new ArrayList<>();

	/**
	 * Who is on which plan; the first that holds for a caller counts. Callers of whom
	 * none holds are on 'authenticated' or 'anonymous'.
	 */
	private final List<PlanRuleProperties> plans = new ArrayList<>();

	private final Keys keys = new Keys();

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

	public Map<String, TierProperties> getTiers() {
		return this.tiers;
	}

	public List<Route> getRoutes() {
		return this.routes;
	}

	public List<PlanRuleProperties> getPlans() {
		return this.plans;
	}

	public Keys getKeys() {
		return this.keys;
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

		/**
		 * Whether requests are decided before Spring Security authenticates their
		 * callers, who are then known by address only. By default if one of its tiers is
		 * 'auth'.
		 */
		private @Nullable Boolean beforeAuthentication;

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

		public @Nullable Boolean getBeforeAuthentication() {
			return this.beforeAuthentication;
		}

		public void setBeforeAuthentication(@Nullable Boolean beforeAuthentication) {
			this.beforeAuthentication = beforeAuthentication;
		}

	}

	/**
	 * Keys that callers bring.
	 */
	public static class Keys {

		/**
		 * Secret of the hashes that stand for API keys, tokens and sessions in keys, the
		 * same on all instances; at least 16 characters. Without it whoever sees a hash
		 * can try out what it stands for.
		 */
		private @Nullable String secret;

		/**
		 * Name of the header field that has the caller's API key.
		 */
		private String apiKeyHeader = "X-API-Key";

		public @Nullable String getSecret() {
			return this.secret;
		}

		public void setSecret(@Nullable String secret) {
			this.secret = secret;
		}

		public String getApiKeyHeader() {
			return this.apiKeyHeader;
		}

		public void setApiKeyHeader(String apiKeyHeader) {
			this.apiKeyHeader = apiKeyHeader;
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
		 * Order of the filter for routes that are decided after authentication. By
		 * default right after the filter chain of Spring Security.
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

		@NestedConfigurationProperty
		private final RedisGatheringProperties gathering = new RedisGatheringProperties();

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

		public RedisGatheringProperties getGathering() {
			return this.gathering;
		}

	}

}

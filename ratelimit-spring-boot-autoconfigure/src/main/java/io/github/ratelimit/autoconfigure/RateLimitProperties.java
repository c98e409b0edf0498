package io.github.ratelimit.autoconfigure;

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
	private final List<RouteProperties> routes = new ArrayList<>();

	/**
	 * Who is on which plan; the first that holds for a caller counts. Callers of whom
	 * none holds are on 'authenticated' or 'anonymous'.
	 */
	private final List<PlanRuleProperties> plans = new ArrayList<>();

	private final Keys keys = new Keys();

	private final Response response = new Response();

	private final Filter filter = new Filter();

	private final Memory memory = new Memory();

	@NestedConfigurationProperty
	private final RedisProperties redis = new RedisProperties();

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

	public List<RouteProperties> getRoutes() {
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

	public RedisProperties getRedis() {
		return this.redis;
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

}

package io.github.ratelimit.autoconfigure.service;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of the limiter as a service.
 */
@ConfigurationProperties("ratelimit.service")
public class RateLimitServiceProperties {

	/**
	 * Whether this application decides for other programs, over HTTP.
	 */
	private boolean enabled;

	/**
	 * Path before all paths of the service, such as '/limits'.
	 */
	private String basePath = "";

	/**
	 * Status code of a refusal: 200 or 429.
	 */
	private int refusalStatus = 200;

	/**
	 * Most that the body of a request may have.
	 */
	private DataSize maxBodySize = DataSize.ofKilobytes(16);

	/**
	 * Most that the body of a batch of checks may have.
	 */
	private DataSize maxBatchBodySize = DataSize.ofKilobytes(256);

	/**
	 * Most checks of a batch.
	 */
	private int maxBatchSize = 100;

	/**
	 * Key by which callers may ask for decisions. By default no key does.
	 */
	private @Nullable String apiKey;

	/**
	 * Key by which callers may change rules, and ask for decisions. By default no key
	 * does.
	 */
	private @Nullable String adminApiKey;

	/**
	 * Authority with Spring Security by which callers may ask for decisions.
	 */
	private String checkAuthority = "RATELIMIT_CHECK";

	/**
	 * Authority with Spring Security by which callers may change rules, and ask for
	 * decisions.
	 */
	private String adminAuthority = "RATELIMIT_ADMIN";

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getBasePath() {
		return this.basePath;
	}

	public void setBasePath(String basePath) {
		this.basePath = basePath;
	}

	public int getRefusalStatus() {
		return this.refusalStatus;
	}

	public void setRefusalStatus(int refusalStatus) {
		this.refusalStatus = refusalStatus;
	}

	public DataSize getMaxBodySize() {
		return this.maxBodySize;
	}

	public void setMaxBodySize(DataSize maxBodySize) {
		this.maxBodySize = maxBodySize;
	}

	public DataSize getMaxBatchBodySize() {
		return this.maxBatchBodySize;
	}

	public void setMaxBatchBodySize(DataSize maxBatchBodySize) {
		this.maxBatchBodySize = maxBatchBodySize;
	}

	public int getMaxBatchSize() {
		return this.maxBatchSize;
	}

	public void setMaxBatchSize(int maxBatchSize) {
		this.maxBatchSize = maxBatchSize;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public @Nullable String getAdminApiKey() {
		return this.adminApiKey;
	}

	public void setAdminApiKey(@Nullable String adminApiKey) {
		this.adminApiKey = adminApiKey;
	}

	public String getCheckAuthority() {
		return this.checkAuthority;
	}

	public void setCheckAuthority(String checkAuthority) {
		this.checkAuthority = checkAuthority;
	}

	public String getAdminAuthority() {
		return this.adminAuthority;
	}

	public void setAdminAuthority(String adminAuthority) {
		this.adminAuthority = adminAuthority;
	}

}

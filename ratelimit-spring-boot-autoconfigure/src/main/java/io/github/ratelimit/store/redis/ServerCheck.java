package io.github.ratelimit.store.redis;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What was last found in the configuration of a server that puts counts at risk. Each
 * risk is logged when it comes up, and not again before it was gone. Of a cluster the
 * node that answers is looked at, which is taken for what its others are.
 */
final class ServerCheck {

	private static final Log logger = LogFactory.getLog(ServerCheck.class);

	private final String host;

	private volatile @Nullable String version;

	private volatile List<String> warnings = List.of();

	ServerCheck(String host) {
		this.host = host;
	}

	/**
	 * Take note of what a server says. One thread at a time.
	 */
	void update(ServerInfo info) {
		List<String> before = this.warnings;
		List<String> found = info.warnings();
		this.version = info.version();
		this.warnings = found;
		found.stream()
			.filter((warning) -> !before.contains(warning))
			.forEach((warning) -> logger.warn("Redis at " + this.host + ": " + warning));
	}

	@Nullable String version() {
		return this.version;
	}

	List<String> warnings() {
		return this.warnings;
	}

}

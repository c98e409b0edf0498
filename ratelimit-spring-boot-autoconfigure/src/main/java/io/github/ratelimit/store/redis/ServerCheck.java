package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.github.ratelimit.StoreStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself: whether it answers, and what was last found in its
 * configuration that puts counts at risk. Each risk is logged when it comes up, and not
 * again before it was gone. Of a cluster the node that answers is looked at, which is
 * taken for what its others are. Safe for use by many threads.
 */
final class ServerCheck {

	private static final Log logger = LogFactory.getLog(ServerCheck.class);

	private final RedisConnection connection;

	private volatile @Nullable String version;

	private volatile List<String> warnings = List.of();

	ServerCheck(RedisConnection connection) {
		this.connection = connection;
	}

	/**
	 * Ask the server about itself, which a user of few rights may not: it decides
	 * nothing. One thread at a time.
	 */
	void run() {
		try {
			update(ServerInfo.parse(this.connection.await(this.connection.send((redis) -> redis.info()))));
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Redis at " + this.connection.host() + " does not tell what it is", ex);
		}
	}

	private void update(ServerInfo info) {
		List<String> before = this.warnings;
		List<String> found = info.warnings();
		this.version = info.version();
		this.warnings = found;
		found.stream()
			.filter((warning) -> !before.contains(warning))
			.forEach((warning) -> logger.warn("Redis at " + this.connection.host() + ": " + warning));
	}

	/**
	 * Return what is known of the server, and whether it answers now.
	 */
	StoreStatus status() {
		return new StoreStatus("redis", answers(), this.connection.host(), this.version).withWarnings(this.warnings);
	}

	private boolean answers() {
		try {
			this.connection.await(this.connection.send((redis) -> redis.ping()));
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Redis at " + this.connection.host() + " does not answer", ex);
			return false;
		}
	}

}

package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import static org.awaitility.Awaitility.await;

/**
 * A primary and its replica, with three Sentinels that put the one in the place of the
 * other when it is missing for a second. Not safe for use by many threads.
 */
public final class SentinelRedis implements AutoCloseable {

	/**
	 * Name that the Sentinels know the primary by.
	 */
	public static final String NAME = "limits";

	/**
	 * Password of the servers.
	 */
	public static final String PASSWORD = "data-secret";

	/**
	 * Password of the Sentinels.
	 */
	public static final String SENTINEL_PASSWORD = "sentinel-secret";

	private static final int SENTINELS = 3;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final List<RedisProcess> processes = new ArrayList<>();

	private final String sentinelPassword;

	private SentinelRedis(String sentinelPassword) {
		this.sentinelPassword = sentinelPassword;
	}

	/**
	 * Start servers and Sentinels.
	 * @param sentinelPassword password of the Sentinels, empty for none
	 * @return those, who know each other
	 */
	public static SentinelRedis start(String sentinelPassword) {
		SentinelRedis started = new SentinelRedis(sentinelPassword);
		try {
			started.startAll();
			return started;
		}
		catch (RuntimeException ex) {
			started.close();
			throw ex;
		}
	}

	private void startAll() {
		RedisProcess primary = startServer();
		RedisProcess replica = startServer("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
		await().atMost(TIMEOUT).until(() -> replication(replica).contains("master_link_status:up"));
		for (int i = 0; i < SENTINELS; i++) {
			this.processes.add(RedisServers.sentinel(sentinelConfiguration(primary)));
		}
		await().atMost(TIMEOUT).until(() -> sentinels().stream().allMatch(this::knowsAll));
	}

	private RedisProcess startServer(String... options) {
		List<String> all = new ArrayList<>(List.of("--requirepass", PASSWORD, "--masterauth", PASSWORD,
				"--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
		all.addAll(List.of(options));
		RedisProcess server = RedisServers.dedicated(all.toArray(String[]::new));
		this.processes.add(server);
		return server;
	}

	private List<String> sentinelConfiguration(RedisProcess primary) {
		List<String> lines = new ArrayList<>(
				List.of("sentinel monitor %s 127.0.0.1 %d 2".formatted(NAME, primary.port()),
						"sentinel auth-pass %s %s".formatted(NAME, PASSWORD),
						"sentinel down-after-milliseconds %s 1000".formatted(NAME),
						"sentinel failover-timeout %s 1000".formatted(NAME)));
		if (!this.sentinelPassword.isEmpty()) {
			lines.add("requirepass " + this.sentinelPassword);
			lines.add("sentinel sentinel-pass " + this.sentinelPassword);
		}
		return lines;
	}

	private boolean knowsAll(RedisProcess sentinel) {
		String info = call(sentinel, this.sentinelPassword, "INFO", "sentinel");
		return info.contains("status=ok") && info.contains("slaves=1,sentinels=" + SENTINELS);
	}

	/**
	 * Return the server that began as primary.
	 * @return the server
	 */
	public RedisProcess primary() {
		return this.processes.get(0);
	}

	/**
	 * Return the server that began as replica.
	 * @return the server
	 */
	public RedisProcess replica() {
		return this.processes.get(1);
	}

	private List<RedisProcess> sentinels() {
		return this.processes.subList(2, this.processes.size());
	}

	/**
	 * Return where the Sentinels are.
	 * @return their addresses, such as {@code 127.0.0.1:26379}
	 */
	public List<String> sentinelAddresses() {
		return sentinels().stream().map((sentinel) -> "127.0.0.1:" + sentinel.port()).toList();
	}

	/**
	 * Return whether the replica has become the primary.
	 * @return whether it has
	 */
	public boolean isReplaced() {
		return replication(replica()).contains("role:master");
	}

	/**
	 * Wait until the replica has all that the primary was told so far.
	 */
	public void awaitReplication() {
		long told = ReplicationOffset.of(replication(primary()));
		await().atMost(TIMEOUT).until(() -> ReplicationOffset.of(replication(replica())) >= told);
	}

	private static String replication(RedisProcess server) {
		return call(server, PASSWORD, "INFO", "replication");
	}

	private static String call(RedisProcess process, String password, String... command) {
		try (PlainRedis redis = PlainRedis.of(process.port())) {
			if (!password.isEmpty()) {
				redis.call("AUTH", password);
			}
			return redis.text(command);
		}
	}

	@Override
	public void close() {
		List<RedisProcess> all = new ArrayList<>(this.processes);
		Collections.reverse(all);
		all.forEach(RedisProcess::close);
	}

}

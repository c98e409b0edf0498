package io.github.ratelimit.testsupport;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

/**
 * What a Redis server says of itself, over a connection of the test's own.
 */
public final class RedisProbe implements AutoCloseable {

	private static final Set<String> OWN_COMMANDS = Set.of("client", "config", "info", "hello");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	private RedisProbe(String uri) {
		this.client = RedisClient.create(uri);
		this.connection = this.client.connect();
		this.connection.setTimeout(TIMEOUT);
	}

	/**
	 * Connect to a server.
	 * @param uri its address
	 * @return the connection, to be closed by the test
	 */
	public static RedisProbe of(String uri) {
		return new RedisProbe(uri);
	}

	private RedisCommands<String, String> redis() {
		return this.connection.sync();
	}

	/**
	 * Forget all keys, and how often commands were called. For servers of a test's own.
	 */
	public void clear() {
		redis().flushall();
		clearCommandCalls();
	}

	/**
	 * Forget how often commands were called. For servers of a test's own.
	 */
	public void clearCommandCalls() {
		redis().configResetstat();
	}

	/**
	 * Return how often each command was called, those in scripts included and those of
	 * this connection not.
	 * @return the calls by the name of the command
	 */
	public Map<String, Long> commandCalls() {
		Map<String, Long> calls = new TreeMap<>();
		redis().info("commandstats").lines().filter((line) -> line.startsWith("cmdstat_")).forEach((line) -> {
			String command = line.substring("cmdstat_".length(), line.indexOf(':')).replaceFirst("\\|.*", "");
			String count = line.substring(line.indexOf("calls=") + "calls=".length(), line.indexOf(','));
			calls.merge(command, Long.valueOf(count), Long::sum);
		});
		calls.keySet().removeAll(OWN_COMMANDS);
		return calls;
	}

	/**
	 * Set a parameter of the server's configuration. For servers of a test's own.
	 * @param parameter name of the parameter
	 * @param value its value
	 */
	public void configure(String parameter, String value) {
		redis().configSet(parameter, value);
	}

	/**
	 * Make the server a replica. For servers of a test's own.
	 * @param port port of the primary on 127.0.0.1
	 */
	public void replicate(int port) {
		redis().replicaof("127.0.0.1", port);
	}

	/**
	 * Make the server a primary again.
	 */
	public void promote() {
		redis().replicaofNoOne();
	}

	/**
	 * Return the keys there are.
	 * @param pattern pattern of the keys
	 * @return the keys
	 */
	public Set<String> keys(String pattern) {
		return new TreeSet<>(redis().keys(pattern));
	}

	/**
	 * Return the bytes of a value.
	 * @param key the key
	 * @return the value, {@code null} if there is none
	 */
	public byte @Nullable [] value(String key) {
		try (StatefulRedisConnection<byte[], byte[]> bytes = this.client.connect(ByteArrayCodec.INSTANCE)) {
			return bytes.sync().get(key.getBytes(StandardCharsets.UTF_8));
		}
	}

	/**
	 * Return how long a key is still kept.
	 * @param key the key
	 * @return the time, negative if it has no end or there is no such key
	 */
	public Duration timeToLive(String key) {
		return Duration.ofMillis(redis().pttl(key));
	}

	/**
	 * Return the memory a key takes.
	 * @param key the key
	 * @return the bytes, value and overhead included
	 */
	public long memoryUsage(String key) {
		Long bytes = redis().memoryUsage(key);
		return (bytes != null) ? bytes : 0;
	}

	/**
	 * Return the time by the server's clock.
	 * @return the time, in microseconds
	 */
	public Instant time() {
		List<String> time = redis().time();
		return Instant.ofEpochSecond(Long.parseLong(time.get(0))).plus(Long.parseLong(time.get(1)), ChronoUnit.MICROS);
	}

	/**
	 * Change the only password of a user.
	 * @param user name of the user
	 * @param password the password
	 */
	public void changePassword(String user, String password) {
		redis().aclSetuser(user, AclSetuserArgs.Builder.resetpass().addPassword(password));
	}

	/**
	 * Return a parameter of the server's configuration.
	 * @param parameter name of the parameter
	 * @return its value
	 */
	public String configuration(String parameter) {
		return redis().configGet(parameter).get(parameter);
	}

	/**
	 * Let the server write its keys to disk, many and large ones among them, so that it
	 * is long in loading them.
	 * @param keys how many
	 * @param bytes how large
	 */
	public void saveWithFilling(int keys, int bytes) {
		redis().eval("for i = 1, ARGV[1] do redis.call('SET', 'filling:' .. i, string.rep('x', ARGV[2])) end",
				ScriptOutputType.STATUS, new String[0], Integer.toString(keys), Integer.toString(bytes));
		redis().save();
	}

	/**
	 * Let the server forget all scripts.
	 */
	public void forgetScripts() {
		redis().scriptFlush();
	}

	/**
	 * Close all connections to the server but this one, as seen by the server.
	 * @return how many there were
	 */
	public long killOtherConnections() {
		return redis().clientKill(KillArgs.Builder.typeNormal().skipme());
	}

	/**
	 * Let others send commands that write, and close their connections before the server
	 * runs what they sent.
	 * @param others sends something on other connections
	 * @return how many connections were closed
	 */
	public long killOtherConnectionsBeforeTheirCommandsRun(Runnable others) {
		client("PAUSE", Long.toString(TIMEOUT.toMillis()), "WRITE");
		try {
			others.run();
			return killOtherConnections();
		}
		finally {
			client("UNPAUSE");
		}
	}

	private void client(String... arguments) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
		List.of(arguments).forEach(args::add);
		redis().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), args);
	}

	/**
	 * Return how many connections there are, this one not counted.
	 * @return the number
	 */
	public long otherConnections() {
		return redis().clientList().lines().count() - 1;
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}

package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions.RefreshTrigger;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The client the limiter uses where the application brings none: a command is rejected
 * while there is no connection, and is never sent a second time, which could charge
 * twice. It has no timeout of its own: whoever waits has, and a command is done when its
 * answer comes or its connection is lost, so that those under way can be counted.
 */
final class LimiterClient implements AutoCloseable {

	private static final Duration MIN_RECONNECT_DELAY = Duration.ofMillis(50);

	private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(5);

	/**
	 * No server takes this long, even when it forks or runs a slow command of others.
	 */
	private static final Duration MIN_PATIENCE = Duration.ofSeconds(5);

	private static final int PATIENCE_TIMEOUTS = 10;

	/**
	 * How often a cluster is asked who serves what, without a sign that it has changed: a
	 * node that hangs gives none.
	 */
	private static final Duration TOPOLOGY_REFRESH_PERIOD = Duration.ofSeconds(10);

	/**
	 * At most so often on signs of a change.
	 */
	private static final Duration TOPOLOGY_REFRESH_PAUSE = Duration.ofSeconds(2);

	/**
	 * While a slot moves, a command is sent to one node and to the other until both agree
	 * that it is theirs. No node ran it before.
	 */
	private static final int MAX_REDIRECTS = 16;

	private static final int THREADS = 2;

	/**
	 * Milliseconds that connections may take to close. They take few, but the client logs
	 * errors where its threads end before them.
	 */
	private static final long CLOSE_MILLIS = 2_000;

	/**
	 * Milliseconds that threads may take to end.
	 */
	private static final long END_MILLIS = 500;

	private final RedisAddress address;

	private final ClientResources resources;

	private final AbstractRedisClient client;

	/**
	 * Create a client.
	 * @param resources what it is to be made of besides its own, such as who looks up
	 * names
	 */
	LimiterClient(RedisAddress address, RedisClientSettings settings, ClientResources.Builder resources) {
		this.address = address;
		this.resources = resources.ioThreadPoolSize(THREADS)
			.computationThreadPoolSize(THREADS)
			.reconnectDelay(Delay.fullJitter(MIN_RECONNECT_DELAY, MAX_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
			.nettyCustomizer(new SilenceGuard(patience(settings)))
			.tracing(settings.tracing())
			.build();
		address.nodes().forEach((uri) -> configure(uri, settings));
		this.client = (address.cluster()) ? cluster(address, settings) : single(address, settings);
	}

	private static Duration patience(RedisClientSettings settings) {
		Duration timeouts = settings.timeout().multipliedBy(PATIENCE_TIMEOUTS);
		return (timeouts.compareTo(MIN_PATIENCE) > 0) ? timeouts : MIN_PATIENCE;
	}

	private static void configure(RedisURI uri, RedisClientSettings settings) {
		uri.setClientName("ratelimit");
		uri.setTimeout(settings.connectTimeout());
		uri.getSentinels().forEach((sentinel) -> sentinel.setTimeout(settings.connectTimeout()));
		if (settings.credentials() != null && !hasPassword(uri)) {
			uri.setCredentialsProvider(settings.credentials());
		}
	}

	private static boolean hasPassword(RedisURI uri) {
		return uri.getCredentialsProvider() instanceof ImmediateRedisCredentialsProvider credentials
				&& credentials.resolveCredentialsNow().hasPassword();
	}

	private RedisClient single(RedisAddress address, RedisClientSettings settings) {
		RedisClient single = RedisClient.create(this.resources, address.nodes().get(0));
		single.setOptions(options(ClientOptions.builder(), settings).build());
		return single;
	}

	private RedisClusterClient cluster(RedisAddress address, RedisClientSettings settings) {
		RedisClusterClient cluster = RedisClusterClient.create(this.resources, address.nodes());
		ClusterClientOptions.Builder options = ClusterClientOptions.builder();
		options(options, settings);
		options.maxRedirects(MAX_REDIRECTS)
			.topologyRefreshOptions(topologyRefresh())
			.nodeFilter((node) -> !node.is(NodeFlag.FAIL));
		cluster.setOptions(options.build());
		return cluster;
	}

	/**
	 * A connection that breaks, an answer that names another node and a slot that nobody
	 * serves are signs of a change. A slot that is being moved is none yet.
	 */
	private static ClusterTopologyRefreshOptions topologyRefresh() {
		return ClusterTopologyRefreshOptions.builder()
			.enablePeriodicRefresh(TOPOLOGY_REFRESH_PERIOD)
			.disableAdaptiveRefreshTrigger(RefreshTrigger.ASK_REDIRECT)
			.adaptiveRefreshTriggersTimeout(TOPOLOGY_REFRESH_PAUSE)
			.refreshTriggersReconnectAttempts(1)
			.build();
	}

	private static ClientOptions.Builder options(ClientOptions.Builder options, RedisClientSettings settings) {
		options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter(LimiterClient::isNotToBeSentAgain)
			.timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
			.socketOptions(SocketOptions.builder().connectTimeout(settings.connectTimeout()).build());
		if (settings.sslOptions() != null) {
			options.sslOptions(settings.sslOptions());
		}
		return options;
	}

	/**
	 * Fail a command that could not be written, which the client would leave without an
	 * answer.
	 */
	private static boolean isNotToBeSentAgain(@Nullable RedisCommand<?, ?, ?> command) {
		if (command != null) {
			command.completeExceptionally(new RedisException("The connection was lost before the command was sent"));
		}
		return true;
	}

	/**
	 * Connect, and wait for it.
	 */
	RedisClusterAsyncCommands<byte[], byte[]> connect() {
		if (this.client instanceof RedisClusterClient clusterClient) {
			return clusterClient.connect(ByteArrayCodec.INSTANCE).async();
		}
		RedisClient single = (RedisClient) this.client;
		return (this.address.hasReplicas())
				? MasterReplica.connect(single, ByteArrayCodec.INSTANCE, this.address.nodes()).async()
				: single.connect(ByteArrayCodec.INSTANCE).async();
	}

	/**
	 * Connect to hear what others publish, and wait for it. Of several servers any one
	 * does: they tell each other.
	 */
	StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub() {
		return (this.client instanceof RedisClusterClient clusterClient)
				? clusterClient.connectPubSub(ByteArrayCodec.INSTANCE)
				: ((RedisClient) this.client).connectPubSub(ByteArrayCodec.INSTANCE, this.address.nodes().get(0));
	}

	/**
	 * Let a listener hear of all connections that the client makes and loses.
	 */
	void addListener(RedisConnectionStateListener listener) {
		this.client.addListener(listener);
	}

	/**
	 * Close all connections, and wait a moment for the client's threads to end. One that
	 * something blocks ends when it no longer does.
	 */
	@Override
	public void close() {
		CompletableFuture<Void> closed = this.client.shutdownAsync(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
		closed.completeOnTimeout(null, CLOSE_MILLIS, TimeUnit.MILLISECONDS).exceptionally((error) -> null).join();
		this.resources.shutdown(0, END_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(END_MILLIS);
	}

	/**
	 * Watches each connection there will be.
	 *
	 * @param patience how long to wait for anything to come back
	 */
	private record SilenceGuard(Duration patience) implements NettyCustomizer {

		@Override
		public void afterChannelInitialized(Channel channel) {
			channel.pipeline().addFirst(new SilentConnectionHandler(this.patience));
		}

	}

}

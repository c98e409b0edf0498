package io.github.ratelimit.store.redis;

import java.net.SocketAddress;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;

/**
 * Hears of connections that are there again after they were lost. Connections that the
 * client makes for itself, to Sentinels or to look at a cluster, never are.
 */
final class RestoredConnections implements RedisConnectionStateListener {

	private final Set<RedisChannelHandler<?, ?>> lost = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	private final Runnable restored;

	RestoredConnections(Runnable restored) {
		this.restored = restored;
	}

	@Override
	public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress socketAddress) {
		if (this.lost.remove(connection)) {
			this.restored.run();
		}
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
		this.lost.add(connection);
	}

}

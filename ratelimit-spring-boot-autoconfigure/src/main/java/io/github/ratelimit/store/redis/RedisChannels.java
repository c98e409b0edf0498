package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The channels on which this instance hears of others, all over one connection that is
 * made in the background as soon as there is one to listen to, and closed by its client.
 * Safe for use by many threads.
 */
final class RedisChannels {

	private static final Log logger = LogFactory.getLog(RedisChannels.class);

	/**
	 * How often a subscription is tried that is not there yet.
	 */
	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final RedisConnection connection;

	private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connected;

	RedisChannels(RedisConnection connection) {
		this.connection = connection;
	}

	/**
	 * Listen to a channel, as soon as Redis answers.
	 * @return ends it; not waited for
	 */
	Runnable listen(byte[] name, ChannelListener listener) {
		Subscription subscription = new Subscription(name, listener);
		Runnable endOfTrying = this.connection.background().runEvery(INTERVAL, () -> subscribe(subscription));
		return () -> {
			endOfTrying.run();
			end(subscription);
		};
	}

	/**
	 * Only ever done on the one thread in the background.
	 */
	private void subscribe(Subscription subscription) {
		if (subscription.isSettled) {
			return;
		}
		try {
			StatefulRedisPubSubConnection<byte[], byte[]> pubSub = this.connected;
			if (pubSub == null) {
				pubSub = this.connection.connectPubSub();
				this.connected = pubSub;
			}
			if (pubSub == null) {
				subscription.isSettled = true;
				return;
			}
			// It may be there from a try that failed
			pubSub.removeListener(subscription);
			pubSub.addListener(subscription);
			this.connection.await(pubSub.async().subscribe(subscription.name));
			subscription.isSettled = true;
		}
		catch (ExecutionException ex) {
			failed(subscription, FailedCommand.of((ex.getCause() != null) ? ex.getCause() : ex));
		}
		catch (TimeoutException | RuntimeException ex) {
			logger.debug("Redis at " + this.connection.host() + " cannot be subscribed to yet", ex);
		}
	}

	private void failed(Subscription subscription, FailedCommand failed) {
		logger.debug("Redis at " + this.connection.host() + " cannot be subscribed to", failed.cause());
		if (failed.isAnswer("NOPERM")) {
			subscription.isSettled = true;
			subscription.listener.refused(String.valueOf(failed.cause().getMessage()));
		}
	}

	/**
	 * Nothing is unsubscribed, which would need one more right.
	 */
	private void end(Subscription subscription) {
		subscription.isSettled = true;
		StatefulRedisPubSubConnection<byte[], byte[]> pubSub = this.connected;
		if (pubSub != null) {
			pubSub.removeListener(subscription);
		}
	}

	/**
	 * One listener to one channel of those on the connection.
	 */
	private static final class Subscription extends RedisPubSubAdapter<byte[], byte[]> {

		private final byte[] name;

		private final ChannelListener listener;

		/**
		 * Whether it is subscribed, never will be or need not be. What is subscribed the
		 * client restores.
		 */
		private volatile boolean isSettled;

		Subscription(byte[] name, ChannelListener listener) {
			this.name = name;
			this.listener = listener;
		}

		@Override
		public void message(byte[] channel, byte[] message) {
			if (Arrays.equals(channel, this.name)) {
				this.listener.message(message);
			}
		}

		@Override
		public void subscribed(byte[] channel, long count) {
			if (Arrays.equals(channel, this.name)) {
				this.listener.subscribed();
			}
		}

	}

}

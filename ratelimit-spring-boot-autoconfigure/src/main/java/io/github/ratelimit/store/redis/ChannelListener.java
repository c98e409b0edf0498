package io.github.ratelimit.store.redis;

/**
 * Hears what is published on a channel, on threads that must not be blocked.
 */
interface ChannelListener {

	/**
	 * Something was published.
	 */
	void message(byte[] message);

	/**
	 * What is published from now on is heard, for the first time or again after the
	 * connection was lost, when something may have been missed.
	 */
	default void subscribed() {
	}

	/**
	 * The server does not let the limiter hear of the channel, and is not asked again.
	 */
	void refused(String answer);

}

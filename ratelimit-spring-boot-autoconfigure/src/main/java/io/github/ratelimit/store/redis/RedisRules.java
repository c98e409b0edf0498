package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.lettuce.core.SetArgs;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What instances of an application leave each other of its rules in Redis: a message that
 * they have changed, and a copy for those that start while the rules cannot be read.
 * Nothing depends on it, and nobody waits for it but who asks for the copy. Safe for use
 * by many threads.
 */
public final class RedisRules implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisRules.class);

	/**
	 * For a weekend during which nobody sees that the rules cannot be read, and every
	 * instance is started anew.
	 */
	private static final Duration COPY_LIFETIME = Duration.ofDays(7);

	private final RedisConnection connection;

	private final byte[] name;

	private final AtomicReference<byte @Nullable []> lastCopy = new AtomicReference<>();

	private Runnable endOfListening = () -> {
	};

	/**
	 * Create an exchange that is not open yet.
	 * @param connection the connection to use; it stays open when this is closed
	 * @param application name of the application whose rules they are
	 */
	public RedisRules(RedisConnection connection, String application) {
		this.connection = Objects.requireNonNull(connection, "connection must not be null");
		this.name = new RedisKeys(Objects.requireNonNull(application, "application must not be null")).rules();
	}

	/**
	 * Begin to hear of changes, as soon as Redis answers.
	 * @param changed called after each change, also those of this instance, and whenever
	 * one may have been missed; on a thread of the client's, which must not be blocked
	 */
	public void open(Runnable changed) {
		this.connection.whenConnected(() -> {
			keepIfLost();
			changed.run();
		});
		this.endOfListening = this.connection.channels().listen(this.name, new Listener(changed));
	}

	/**
	 * Tell all instances that rules have changed. Not waited for.
	 */
	public void announce() {
		ignore(this.connection.send((redis) -> redis.publish(this.name, new byte[0])));
	}

	/**
	 * Keep a copy of the rules, in place of the one there is. Not waited for.
	 * @param copy the copy
	 */
	public void keep(String copy) {
		byte[] bytes = copy.getBytes(StandardCharsets.UTF_8);
		this.lastCopy.set(bytes);
		ignore(this.connection.send((redis) -> redis.set(this.name, bytes, lifetime())));
	}

	/**
	 * A server that was not there when the copy was made, or has lost it, gets it now.
	 * One that others have made meanwhile stays.
	 */
	private void keepIfLost() {
		byte[] copy = this.lastCopy.get();
		if (copy != null) {
			ignore(this.connection.send((redis) -> redis.set(this.name, copy, lifetime().nx())));
		}
	}

	private static SetArgs lifetime() {
		return SetArgs.Builder.px(COPY_LIFETIME);
	}

	/**
	 * Have the copy that there is kept for some more time, or the last one that is known
	 * here kept again if a server has lost it. Not waited for; the copy itself is only
	 * sent if it is lost.
	 */
	public void prolong() {
		ignore(this.connection.send((redis) -> redis.pexpire(this.name, COPY_LIFETIME)).thenAccept((there) -> {
			if (!there) {
				keepIfLost();
			}
		}));
	}

	/**
	 * Return the copy that was kept last, by any instance. Waits as long as an answer may
	 * take.
	 * @return the copy, {@code null} if there is none or Redis does not answer
	 */
	public @Nullable String find() {
		try {
			byte[] copy = this.connection.await(this.connection.send((redis) -> redis.get(this.name)));
			if (copy == null) {
				return null;
			}
			this.lastCopy.compareAndSet(null, copy);
			return new String(copy, StandardCharsets.UTF_8);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Redis at " + this.connection.host() + " does not tell the copy of the rules", ex);
			return null;
		}
	}

	private void ignore(CompletionStage<?> answer) {
		answer.whenComplete((reply, error) -> {
			if (error != null) {
				logger.debug("Redis at " + this.connection.host() + " keeps or tells nothing of rules", error);
			}
		});
	}

	/**
	 * Hear of changes no more. Not waited for.
	 */
	@Override
	public void close() {
		this.endOfListening.run();
	}

	/**
	 * Hears of what is published. Subscribed anew after the connection was lost, it may
	 * have missed something.
	 */
	private final class Listener implements ChannelListener {

		private final Runnable changed;

		Listener(Runnable changed) {
			this.changed = changed;
		}

		@Override
		public void message(byte[] message) {
			this.changed.run();
		}

		@Override
		public void subscribed() {
			this.changed.run();
		}

		@Override
		public void refused(String answer) {
			logger
				.warn("Redis at %s does not let instances tell each other of changed rules, which takes longer then: %s"
					.formatted(RedisRules.this.connection.host(), answer));
		}

	}

}

package io.github.ratelimit.store.redis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@link CounterChanges} that instances of an application publish on a channel of Redis.
 * Safe for use by many threads.
 * <p>
 * One message is under way at a time. What changes meanwhile goes with the next; of more
 * than {@value #MAX_NAMED} counters it says that it may be any. Nothing is published
 * where nobody listens: the instances are configured alike.
 */
public final class RedisCounterChanges implements CounterChanges, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisCounterChanges.class);

	static final int MAX_NAMED = 1_000;

	private final RedisConnection connection;

	private final byte[] channel;

	/**
	 * By which an instance knows its own messages, which must not cost it what it has
	 * learnt since.
	 */
	private final long sender = ThreadLocalRandom.current().nextLong();

	private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

	private final Object lock = new Object();

	private Waiting waiting = new Waiting();

	private boolean underWay;

	private boolean closed;

	private @Nullable Runnable endOfListening;

	private volatile boolean refused;

	/**
	 * Create an exchange on which nobody listens yet.
	 * @param connection the connection to use; it stays open when this is closed
	 * @param application name of the application whose counters they are
	 */
	public RedisCounterChanges(RedisConnection connection, String application) {
		this.connection = Objects.requireNonNull(connection, "connection must not be null");
		this.channel = new RedisKeys(Objects.requireNonNull(application, "application must not be null")).changes();
		connection.whenConnected(() -> this.refused = false);
	}

	@Override
	public void listen(Consumer<Change> listener) {
		this.listeners.add(Objects.requireNonNull(listener, "listener must not be null"));
		synchronized (this.lock) {
			if (this.endOfListening == null && !this.closed) {
				this.endOfListening = this.connection.channels().listen(this.channel, new Listener());
			}
		}
	}

	@Override
	public void tell(Change change) {
		if (this.listeners.isEmpty()) {
			return;
		}
		heard(change);
		if (this.refused) {
			return;
		}
		synchronized (this.lock) {
			this.waiting.add(change);
			if (this.underWay || this.closed) {
				return;
			}
			this.underWay = true;
		}
		publish();
	}

	private void publish() {
		byte[] message;
		synchronized (this.lock) {
			message = new CounterMessage(this.sender, this.waiting.changes()).write();
			this.waiting = new Waiting();
		}
		this.connection.send((redis) -> redis.publish(this.channel, message)).whenComplete(this::published);
	}

	/**
	 * What waits is not told any more where the last message was not: that may end only
	 * when everything has.
	 */
	private void published(@Nullable Long receivers, @Nullable Throwable error) {
		if (error != null) {
			failed(FailedCommand.of(error));
		}
		synchronized (this.lock) {
			if (error != null) {
				this.waiting = new Waiting();
			}
			if (this.waiting.isEmpty() || this.closed) {
				this.underWay = false;
				return;
			}
		}
		publish();
	}

	private void failed(FailedCommand failed) {
		if (failed.isAnswer("NOPERM")) {
			this.refused = true;
		}
		logger.debug("Redis at " + this.connection.host() + " does not tell others of changed counters",
				failed.cause());
	}

	private void heard(Change change) {
		for (Consumer<Change> listener : this.listeners) {
			try {
				listener.accept(change);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener to changes of counters has failed", ex);
			}
		}
	}

	/**
	 * Hear of changes and tell of them no more. Not waited for.
	 */
	@Override
	public void close() {
		Runnable end;
		synchronized (this.lock) {
			this.closed = true;
			end = this.endOfListening;
			this.endOfListening = null;
		}
		if (end != null) {
			end.run();
		}
	}

	/**
	 * Hears what other instances publish.
	 */
	private final class Listener implements ChannelListener {

		@Override
		public void message(byte[] message) {
			CounterMessage read = CounterMessage.read(message);
			if (read != null && read.sender() != RedisCounterChanges.this.sender) {
				read.changes().forEach(RedisCounterChanges.this::heard);
			}
		}

		@Override
		public void refused(String answer) {
			logger.info(
					"Redis at %s does not let instances tell each other of counters that were reset or got units back, which takes longer then: %s"
						.formatted(RedisCounterChanges.this.connection.host(), answer));
		}

	}

	/**
	 * What is to be told with the next message. Guarded by the lock.
	 */
	private static final class Waiting {

		private final Map<Kind, Set<Counter.Id>> counters = new EnumMap<>(Kind.class);

		/**
		 * An empty set stands for any counter.
		 */
		void add(Change change) {
			Set<Counter.Id> known = this.counters.get(change.kind());
			if (known == null) {
				known = new LinkedHashSet<>();
				this.counters.put(change.kind(), known);
			}
			else if (known.isEmpty()) {
				return;
			}
			known.addAll(change.counters());
			if (change.counters().isEmpty() || known.size() > MAX_NAMED
					|| !change.counters().stream().allMatch(CounterMessage::isNamed)) {
				known.clear();
			}
		}

		boolean isEmpty() {
			return this.counters.isEmpty();
		}

		List<Change> changes() {
			List<Change> changes = new ArrayList<>(this.counters.size());
			this.counters.forEach((kind, known) -> changes.add(new Change(kind, List.copyOf(known))));
			return changes;
		}

	}

}

package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.json.RuleJson;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has {@link Rules} follow what is kept in a database, on threads of its own, so that no
 * request ever waits for it. Safe for use by many threads.
 * <p>
 * It looks whether rules have changed at short intervals, which works whatever is lost on
 * the way, and at once when PostgreSQL or another instance tells so. While the database
 * does not answer, the rules that were read last go on.
 */
public final class RuleFollower implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RuleFollower.class);

	/**
	 * All rules are read so often without a sign of a change: a mark may be the same by
	 * chance.
	 */
	private static final long REREAD_NANOS = Duration.ofMinutes(5).toNanos();

	private static final long CLOSE_MILLIS = 500;

	private final JdbcRuleRepository repository;

	private final RuleFollowerSettings settings;

	private final RuleExchange exchange;

	private final Runnable preparation;

	private final FollowedRules followed;

	private final @Nullable RuleNotifications notifications;

	// One reads, the other sees that it takes too long
	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2, RuleFollower::daemon);

	private final CountDownLatch firstRead = new CountDownLatch(1);

	private final AtomicBoolean reading = new AtomicBoolean();

	private final AtomicBoolean again = new AtomicBoolean();

	private volatile long readingSince;

	private volatile @Nullable Future<?> looking;

	private final ReentrantLock readLock = new ReentrantLock();

	private boolean prepared;

	private @Nullable String lastMark;

	private long lastReadAt;

	/**
	 * Create a follower, which does nothing yet.
	 * @param dataSource the database
	 * @param repository the rules in it
	 * @param rules what is to follow them
	 * @param json how rules are written
	 * @param exchange what instances leave each other besides
	 * @param settings how rules are followed
	 * @param preparation what is to be done to the database before rules are read, until
	 * it was once
	 */
	public RuleFollower(DataSource dataSource, JdbcRuleRepository repository, Rules rules, RuleJson json,
			RuleExchange exchange, RuleFollowerSettings settings, Runnable preparation) {
		this.repository = Objects.requireNonNull(repository, "repository must not be null");
		this.exchange = Objects.requireNonNull(exchange, "exchange must not be null");
		this.settings = Objects.requireNonNull(settings, "settings must not be null");
		this.preparation = Objects.requireNonNull(preparation, "preparation must not be null");
		this.followed = new FollowedRules(rules, json, exchange);
		this.notifications = (settings.listen()) ? new RuleNotifications(dataSource, this::changed) : null;
		this.executor.setRemoveOnCancelPolicy(true);
	}

	private static Thread daemon(Runnable work) {
		Thread thread = new Thread(work, "ratelimit-rules");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Begin to follow. Waits for the rules, but no longer than the database may take to
	 * answer.
	 */
	public void start() {
		long interval = this.settings.pollInterval().toNanos();
		this.looking = this.executor.scheduleWithFixedDelay(this::look, 0, interval, TimeUnit.NANOSECONDS);
		this.exchange.open(this::changed);
		if (this.notifications != null) {
			this.notifications.start();
		}
		try {
			if (!this.firstRead.await(this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
				overdue();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Look for changes soon, because there are likely some.
	 */
	void changed() {
		this.again.set(true);
		try {
			this.executor.execute(this::look);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is followed any more after the end", ex);
		}
	}

	/**
	 * Have the other thread read, unless it still does.
	 */
	private void look() {
		try {
			if (this.reading.compareAndSet(false, true)) {
				this.readingSince = System.nanoTime();
				this.executor.execute(this::readUntilNothingIsNew);
			}
			else if (System.nanoTime() - this.readingSince > this.settings.timeout().toNanos()) {
				overdue();
			}
		}
		catch (RuntimeException ex) {
			// Would end the repetition
			logger.debug("Rules are not looked for", ex);
		}
	}

	private void overdue() {
		this.followed.failed("it has not answered for " + this.settings.timeout().toMillis() + " ms");
	}

	private void readUntilNothingIsNew() {
		try {
			do {
				this.again.set(false);
				read();
			}
			while (this.again.get());
		}
		catch (RuntimeException ex) {
			if (!this.executor.isShutdown()) {
				logger.debug("Rules cannot be read", ex);
				this.followed.failed(FollowedRules.reason(ex));
			}
		}
		finally {
			this.reading.set(false);
			this.firstRead.countDown();
		}
	}

	private void read() {
		this.readLock.lock();
		try {
			if (!this.prepared) {
				this.preparation.run();
				this.prepared = true;
			}
			// Before the rules: what changes in between is read twice rather than not
			String mark = this.repository.mark();
			if (mark.equals(this.lastMark) && System.nanoTime() - this.lastReadAt < REREAD_NANOS) {
				this.followed.confirmed();
				return;
			}
			this.followed.read(this.repository.load());
			this.lastMark = mark;
			this.lastReadAt = System.nanoTime();
		}
		finally {
			this.readLock.unlock();
		}
	}

	/**
	 * Read the rules at once, after they were changed here, and tell the other instances.
	 * What goes wrong is made up for later.
	 */
	void written() {
		try {
			if (this.readLock.tryLock(this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
				try {
					read();
				}
				finally {
					this.readLock.unlock();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.debug("Rules cannot be read after a change", ex);
		}
		this.exchange.announce();
	}

	/**
	 * Follow no more. Does not wait for a database that does not answer.
	 */
	@Override
	public void close() {
		Future<?> repetition = this.looking;
		if (repetition != null) {
			repetition.cancel(false);
		}
		this.executor.shutdownNow();
		if (this.notifications != null) {
			this.notifications.close();
		}
		try {
			if (!this.executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
				logger.debug("The database is still waited for");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.json.RuleJson;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has {@link Rules} follow what a {@link RuleRepository} keeps, on threads of its own, so
 * that no request ever waits for it. Safe for use by many threads.
 * <p>
 * It looks whether rules have changed at short intervals, which works whatever is lost on
 * the way, and at once when PostgreSQL or another instance tells so. While what keeps the
 * rules does not answer, the rules that were read last go on.
 */
public final class RuleFollower implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RuleFollower.class);

	/**
	 * All rules are read so often without a sign of a change: a mark may be the same by
	 * chance.
	 */
	private static final long REREAD_NANOS = Duration.ofMinutes(5).toNanos();

	private final RuleRepository repository;

	private final RuleFollowerSettings settings;

	private final RuleExchange exchange;

	private final Runnable preparation;

	private final FollowedRules followed;

	private final @Nullable DataSource dataSource;

	private boolean opened;

	private volatile @Nullable RuleWatch watch;

	private @Nullable RuleNotifications notifications;

	private final ReentrantLock readLock = new ReentrantLock();

	private boolean prepared;

	private boolean readUnprepared;

	private volatile @Nullable String lastMark;

	private long lastReadAt = System.nanoTime() - REREAD_NANOS;

	/**
	 * Create a follower, which does nothing yet.
	 * @param dataSource the database that tells of changes; {@code null} if there is none
	 * @param repository where rules are kept
	 * @param rules what is to follow them
	 * @param json how rules are written
	 * @param exchange what instances leave each other besides
	 * @param settings how rules are followed
	 * @param preparation what is to be done to the database before rules are read, until
	 * it was once
	 */
	public RuleFollower(@Nullable DataSource dataSource, RuleRepository repository, Rules rules, RuleJson json,
			RuleExchange exchange, RuleFollowerSettings settings, Runnable preparation) {
		this.dataSource = dataSource;
		this.repository = Objects.requireNonNull(repository, "repository must not be null");
		this.exchange = Objects.requireNonNull(exchange, "exchange must not be null");
		this.settings = Objects.requireNonNull(settings, "settings must not be null");
		this.preparation = Objects.requireNonNull(preparation, "preparation must not be null");
		this.followed = new FollowedRules(rules, json, exchange);
	}

	/**
	 * Begin to follow, also anew after the end. Waits for the rules, but no longer than
	 * the database may take to answer.
	 */
	public synchronized void start() {
		if (this.watch != null) {
			return;
		}
		RuleWatch begun = new RuleWatch(this.settings, this::read, this.followed);
		this.watch = begun;
		begun.start();
		if (!this.opened) {
			this.exchange.open(this::changed);
			this.opened = true;
		}
		if (this.settings.listen() && this.dataSource != null) {
			this.notifications = new RuleNotifications(this.dataSource, this::changed);
			this.notifications.start();
		}
		begun.awaitFirstRead();
	}

	/**
	 * Read soon, because there are likely changes. Does nothing after the end.
	 */
	void changed() {
		RuleWatch begun = this.watch;
		if (begun != null) {
			begun.changed();
		}
	}

	private void read() {
		this.readLock.lock();
		try {
			readPrepared();
		}
		finally {
			this.readLock.unlock();
		}
	}

	/**
	 * Read, also where what is to be done before cannot be: the tables may be there, and
	 * not to be changed.
	 */
	private void readPrepared() {
		RuntimeException unprepared = prepare();
		try {
			readRules();
		}
		catch (RuntimeException ex) {
			this.readUnprepared = false;
			throw (unprepared != null) ? unprepared : ex;
		}
		this.readUnprepared = !this.prepared;
	}

	/**
	 * Do what is to be done before, again and again until it was, but seldom where rules
	 * are read all the same.
	 */
	private @Nullable RuntimeException prepare() {
		boolean holdsOff = this.readUnprepared && System.nanoTime() - this.lastReadAt < REREAD_NANOS;
		if (this.prepared || holdsOff) {
			return null;
		}
		try {
			this.preparation.run();
			this.prepared = true;
			return null;
		}
		catch (RuntimeException ex) {
			logger.debug("The database cannot be prepared", ex);
			return ex;
		}
	}

	private void readRules() {
		boolean reread = System.nanoTime() - this.lastReadAt >= REREAD_NANOS;
		// Before the rules: what changes in between is read twice rather than not
		String mark = this.repository.mark();
		if (!reread && mark != null && mark.equals(this.lastMark)) {
			this.followed.confirmed();
			return;
		}
		LoadedRules loaded = this.repository.load();
		if (!reread && mark == null && this.followed.holds(loaded)) {
			this.followed.confirmed();
			return;
		}
		this.followed.read(loaded);
		this.lastMark = mark;
		this.lastReadAt = System.nanoTime();
	}

	/**
	 * Have a rule that was written here hold at once, and all instances read it.
	 */
	void saved(Rule rule) {
		written(() -> this.followed.saved(rule));
	}

	/**
	 * Have a rule that was removed here hold no more, and all instances see it.
	 */
	void deleted(RuleTarget target, @Nullable Instant validFrom) {
		written(() -> this.followed.deleted(target, validFrom));
	}

	/**
	 * Change the rules that hold after a read that is under way, which may have come too
	 * early to see the change. The next one makes up for what goes wrong.
	 */
	private void written(Runnable change) {
		boolean locked = false;
		try {
			locked = this.readLock.tryLock(this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
			change.run();
			// That of before the change is the same again if somebody has undone it
			this.lastMark = null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.debug("What was written does not hold before it is read", ex);
		}
		finally {
			if (locked) {
				this.readLock.unlock();
			}
		}
		changed();
		this.exchange.announce();
	}

	/**
	 * Follow no more, until started anew. Does not wait for a database that does not
	 * answer.
	 */
	@Override
	public synchronized void close() {
		RuleWatch begun = this.watch;
		this.watch = null;
		if (begun != null) {
			begun.close();
		}
		if (this.notifications != null) {
			this.notifications.close();
			this.notifications = null;
		}
	}

}

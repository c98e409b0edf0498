package io.github.ratelimit.testsupport;

import java.time.Duration;

/**
 * What can happen to a Redis and to the way there. Made for real.
 */
public enum RedisFault {

	/**
	 * Nothing listens, and what was connected is cut.
	 */
	REFUSED("connection refused") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().refuse();
			redis.proxy().cut();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().accept();
		}

	},

	/**
	 * The server is gone, and comes back without what it had.
	 */
	KILLED("killed, and restarted empty", Counts.LOST) {

		@Override
		public void prepare(FaultyRedis redis) {
			redis.closeAdmin();
		}

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().refuse();
			redis.server().stop();
			redis.server().forget();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.server().start();
			redis.proxy().accept();
		}

	},

	/**
	 * The process stands still, and later does all it was sent.
	 */
	FROZEN("frozen (`SIGSTOP`), and thawed") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.server().freeze();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.server().resume();
		}

	},

	/**
	 * Answers come in time.
	 */
	SLOW("replies after 20 ms", Counts.KEPT, false) {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().delay(Duration.ZERO, Duration.ofMillis(20));
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	},

	/**
	 * Answers come before the deadline, and not soon.
	 */
	TOO_SLOW("replies after 70 ms") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().delay(Duration.ZERO, Duration.ofMillis(70));
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	},

	/**
	 * Answers come when nobody waits any more.
	 */
	LATE("replies after 400 ms") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().delay(Duration.ofMillis(200), Duration.ofMillis(200));
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	},

	/**
	 * The server has been restarted, and loads what it saved some time ago.
	 */
	LOADING("`LOADING` after a restart", Counts.LOST) {

		@Override
		public void prepare(FaultyRedis redis) {
			redis.saveWithFilling();
		}

		@Override
		public void begin(FaultyRedis redis) {
			redis.server().stop();
			redis.server().launch();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.server().awaitReady();
		}

	},

	/**
	 * The memory is full, and nothing is evicted.
	 */
	OUT_OF_MEMORY("`OOM command not allowed`") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.admin().configure("maxmemory", "1");
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.admin().configure("maxmemory", "0");
		}

	},

	/**
	 * The server is a replica now, as after a failover.
	 */
	READ_ONLY("`READONLY` after a failover") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.admin().replicate(NOBODY_LISTENS);
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.admin().promote();
		}

	},

	/**
	 * The server forgets its scripts, again and again.
	 */
	SCRIPTS_FORGOTTEN("`NOSCRIPT` after `SCRIPT FLUSH`", Counts.KEPT, false) {

		@Override
		public void begin(FaultyRedis redis) {
			redis.admin().forgetScripts();
		}

		@Override
		public void again(FaultyRedis redis) {
			redis.admin().forgetScripts();
		}

	},

	/**
	 * The server wants a password, and the client has none.
	 */
	PASSWORD_DEMANDED("`NOAUTH`: a password is demanded") {

		@Override
		public String uri(FaultyRedis redis) {
			return redis.uri();
		}

		@Override
		public void begin(FaultyRedis redis) {
			redis.admin().configure("requirepass", "demanded");
			redis.admin().killOtherConnections();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.admin().configure("requirepass", "");
		}

	},

	/**
	 * The server wants another password than the client has.
	 */
	PASSWORD_CHANGED("`WRONGPASS`: the password is another") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.admin().changePassword(FaultyRedis.USER, "another");
			redis.admin().killOtherConnections();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.admin().changePassword(FaultyRedis.USER, FaultyRedis.PASSWORD);
		}

	},

	/**
	 * Connections are cut before the server has all of a command, again and again.
	 */
	CUT_IN_COMMAND("connection dropped in mid-command", Counts.UNCERTAIN, false) {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().cutNextRequest(20);
		}

		@Override
		public void again(FaultyRedis redis) {
			redis.proxy().cutNextRequest(20);
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	},

	/**
	 * Connections are cut after the server did what it was sent and before it could tell,
	 * again and again.
	 */
	CUT_IN_REPLY("connection dropped in mid-reply", Counts.UNCERTAIN, false) {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().cutNextReply(1);
		}

		@Override
		public void again(FaultyRedis redis) {
			redis.proxy().cutNextReply(1);
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	},

	/**
	 * Connections are cut and the server takes no others.
	 */
	TOO_MANY_CLIENTS("maximum of clients reached") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.admitNoClients();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.admitClients();
		}

	},

	/**
	 * What is sent is lost and nobody tells. What was connected then is never of use
	 * again.
	 */
	SWALLOWED("a proxy swallows packets") {

		@Override
		public void begin(FaultyRedis redis) {
			redis.proxy().swallow();
		}

		@Override
		public void end(FaultyRedis redis) {
			redis.proxy().pass();
		}

	};

	/**
	 * The TCP port service multiplexer, which nobody runs.
	 */
	private static final int NOBODY_LISTENS = 1;

	private final String description;

	private final Counts counts;

	private final boolean outage;

	RedisFault(String description) {
		this(description, Counts.KEPT);
	}

	RedisFault(String description, Counts counts) {
		this(description, counts, true);
	}

	RedisFault(String description, Counts counts, boolean outage) {
		this.description = description;
		this.counts = counts;
		this.outage = outage;
	}

	/**
	 * Return where a client connects to that this can happen to.
	 * @param redis the Redis
	 * @return the address
	 */
	public String uri(FaultyRedis redis) {
		return redis.uriWithPassword();
	}

	/**
	 * Prepare what takes time and does no harm.
	 * @param redis the Redis
	 */
	public void prepare(FaultyRedis redis) {
		redis.admin();
	}

	/**
	 * Let it happen.
	 * @param redis the Redis
	 */
	public abstract void begin(FaultyRedis redis);

	/**
	 * Let it happen once more, where that makes a difference.
	 * @param redis the Redis
	 */
	public void again(FaultyRedis redis) {
	}

	/**
	 * Let it be over, and wait until the server is ready again.
	 * @param redis the Redis
	 */
	public void end(FaultyRedis redis) {
	}

	/**
	 * Return what becomes of the counts in Redis.
	 * @return what becomes of them
	 */
	public Counts counts() {
		return this.counts;
	}

	/**
	 * Return whether Redis cannot decide all the while, or not within a sensible
	 * deadline.
	 * @return {@code false} where it goes on deciding, if only now and then
	 */
	public boolean isOutage() {
		return this.outage;
	}

	/**
	 * Return what it is, in Markdown.
	 */
	@Override
	public String toString() {
		return this.description;
	}

	/**
	 * What becomes of counts.
	 */
	public enum Counts {

		/**
		 * They are there afterwards.
		 */
		KEPT,

		/**
		 * They begin anew, or with what was saved.
		 */
		LOST,

		/**
		 * They are there afterwards, but also faults happen while they are brought up to
		 * date.
		 */
		UNCERTAIN

	}

}

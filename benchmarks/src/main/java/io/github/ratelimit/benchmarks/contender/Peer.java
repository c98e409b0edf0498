package io.github.ratelimit.benchmarks.contender;

import java.util.Set;
import java.util.function.Function;

/**
 * A kind of contender.
 *
 * @param name its name in tables
 * @param sent what it sends to Redis, {@link SentCommands#ONLY_SCRIPTS} also for those
 * that send nothing
 * @param limits whether it limits at all
 * @param opening opens one
 */
public record Peer(String name, SentCommands sent, boolean limits, Function<Setup, Contender> opening) {

	/**
	 * One command that does nothing, over one connection: the floor of a round trip.
	 */
	public static final Peer PING = new Peer("`PING`", new SentCommands(Set.of("ping"), 0), false, PingContender::new);

	/**
	 * Bucket4j, compare and swap through Lettuce.
	 */
	public static final Peer BUCKET4J = new Peer("Bucket4j, Lettuce", new SentCommands(Set.of("get"), 1), true,
			Bucket4jLettuceContender::new);

	/**
	 * The script of Spring Cloud Gateway.
	 */
	public static final Peer GATEWAY = new Peer("Spring Cloud Gateway's script", SentCommands.ONLY_SCRIPTS, true,
			GatewayScriptContender::new);

	/**
	 * Redisson's limiter.
	 */
	public static final Peer REDISSON = new Peer("Redisson `RRateLimiter`", SentCommands.ONLY_SCRIPTS, true,
			RedissonContender::new);

	/**
	 * A log in a sorted set.
	 */
	public static final Peer SORTED_SET = new Peer("sorted-set log", SentCommands.ONLY_SCRIPTS, true,
			SortedSetContender::new);

	/**
	 * This project's limiter in memory, as it is made in code.
	 */
	public static final Peer PLAIN_LIMITER = memory("**ours, in memory, plain API**", PlainLimiterContender::new);

	/**
	 * Bucket4j's module for Caffeine.
	 */
	public static final Peer BUCKET4J_CAFFEINE = memory("Bucket4j, its Caffeine module",
			Bucket4jCaffeineContender::new);

	/**
	 * Local buckets of Bucket4j in a cache of Caffeine.
	 */
	public static final Peer BUCKET4J_LOCAL = memory("Bucket4j, local buckets in a Caffeine cache",
			Bucket4jLocalContender::new);

	/**
	 * Resilience4j's limiters in their registry.
	 */
	public static final Peer RESILIENCE4J = memory("Resilience4j", Resilience4jContender::new);

	/**
	 * Guava's limiters in a cache of Caffeine.
	 */
	public static final Peer GUAVA = memory("Guava, in a Caffeine cache", GuavaContender::new);

	/**
	 * Return a contender that counts in memory.
	 * @param name its name in tables
	 * @param opening opens one
	 * @return the peer
	 */
	public static Peer memory(String name, Function<Setup, Contender> opening) {
		return new Peer(name, SentCommands.ONLY_SCRIPTS, true, opening);
	}

	/**
	 * Return this project's limiter.
	 * @param name its name in tables
	 * @param settings what differs from what holds without settings
	 * @return the peer
	 */
	public static Peer limiter(String name, LimiterSettings settings) {
		return new Peer(name, SentCommands.ONLY_SCRIPTS, true, (setup) -> new LimiterContender(setup, settings));
	}

	/**
	 * Return this project's limiter in four instances.
	 * @param name its name in tables
	 * @param settings what differs from what holds without settings
	 * @return the peer
	 */
	public static Peer fourInstances(String name, LimiterSettings settings) {
		return new Peer(name, SentCommands.ONLY_SCRIPTS, true, (setup) -> new FourInstances(setup, settings));
	}

	/**
	 * Open a contender.
	 * @param setup what with
	 * @return the contender, to be closed
	 */
	public Contender open(Setup setup) {
		return this.opening.apply(setup);
	}

}

package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.testsupport.DnsServer;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Transports;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DefaultDnsCache;
import io.netty.resolver.dns.DefaultDnsCnameCache;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisConnection} to a real Redis that has a name, where the name
 * server stops answering.
 */
class SilentDnsTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	/**
	 * Netty's default. A name that nobody tells is waited for longer than anything else.
	 */
	private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(200);

	private static final Duration DEADLINE = Duration.ofMillis(250);

	/**
	 * What a busy machine may add to the deadline.
	 */
	private static final Duration LATE = Duration.ofMillis(250);

	/**
	 * What a busy machine may add to the start and the end, and less than a query takes.
	 */
	private static final Duration SLACK = Duration.ofSeconds(3);

	private RedisProcess server;

	private DnsServer dns;

	private DnsAddressResolverGroup resolvers;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.dns = DnsServer.start();
		this.resolvers = resolvers(this.dns);
	}

	@AfterEach
	void stop() {
		this.resolvers.close();
		this.dns.close();
		this.server.close();
	}

	@Test
	void clientLooksUpNamesAsHereUnlessToldOtherwise() {
		assertThat(DefaultClientResources.DEFAULT_ADDRESS_RESOLVER_GROUP).isInstanceOf(DnsAddressResolverGroup.class);
	}

	@Test
	void silentNameServerHoldsUpTheStartNoLongerThanAConnectionMayTake() {
		this.dns.silence();
		try (RedisConnection connection = connect()) {
			assertThat(duration(connection::open)).isLessThan(CONNECT_TIMEOUT.plus(SLACK));
			await().atMost(LONG).until(() -> this.dns.dropped() > 0);
			assertFailsAtOnce(connection);
			this.dns.answer();
			awaitAnswer(connection);
		}
	}

	@Test
	void silentNameServerDoesNotHoldUpTheEnd() {
		Set<Thread> before = ClientThreads.alive();
		this.dns.silence();
		RedisConnection connection = connect();
		connection.open();
		await().atMost(LONG).until(() -> this.dns.dropped() > 0);
		assertThat(duration(connection::close)).isLessThan(SLACK);
		awaitEnd(before);
	}

	@Test
	void commandsFailAtOnceWhereALostConnectionWaitsForTheNameServer() {
		Set<Thread> before = ClientThreads.alive();
		RedisConnection connection = connect();
		connection.open();
		awaitAnswer(connection);
		loseConnection();
		assertFailsAtOnce(connection);
		assertThat(connection.status().connected()).isFalse();
		this.dns.answer();
		awaitAnswer(connection);
		loseConnection();
		assertThat(duration(connection::close)).isLessThan(SLACK);
		awaitEnd(before);
	}

	@Test
	void connectionThatIsMadeAnewWaitsForTheNameServerInTheBackground() {
		try (RedisConnection connection = connect()) {
			connection.open();
			awaitAnswer(connection);
			this.dns.silence();
			connection.renew();
			await().atMost(LONG).until(() -> this.dns.dropped() > 0);
			assertFailsAtOnce(connection);
			this.dns.answer();
			awaitAnswer(connection);
		}
	}

	@Test
	void decisionsAreLocalWhileTheNameServerIsSilentAndOfRedisAgainAfterwards() {
		RedisConnection connection = connect();
		try (connection;
				FailureModeRateLimitStore store = new FailureModeRateLimitStore(
						new RedisRateLimitStore(connection, "shop"), InMemoryRateLimitStore.create(),
						FailureModeSettings.of(DEADLINE).withWaitDuration(Duration.ofMillis(200)), () -> 1,
						new RateLimitListener() {
						})) {
			connection.whenConnected(store::retry);
			connection.open();
			awaitSource(store, DecisionSource.REDIS);
			loseConnection();
			long dropped = this.dns.dropped();
			await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> {
				assertThat(source(store)).isEqualTo(DecisionSource.FAILURE_MODE);
				// Until it has given up one name, of two types of address, and asks again
				return this.dns.dropped() >= dropped + 2;
			});
			this.dns.answer();
			awaitSource(store, DecisionSource.REDIS);
		}
	}

	/**
	 * Until the client waits for the name of the server, to connect to it again.
	 */
	private void loseConnection() {
		this.dns.silence();
		long dropped = this.dns.dropped();
		try (RedisProbe probe = RedisProbe.of(this.server.uri())) {
			assertThat(probe.killOtherConnections()).isPositive();
		}
		await().atMost(LONG).until(() -> this.dns.dropped() > dropped);
	}

	private static void assertFailsAtOnce(RedisConnection connection) {
		AtomicReference<CompletableFuture<String>> answer = new AtomicReference<>();
		assertThat(duration(() -> answer.set(ping(connection)))).isLessThan(DEADLINE);
		assertThat(answer.get()).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(RedisException.class);
	}

	/**
	 * Decided within the deadline.
	 */
	private static DecisionSource source(FailureModeRateLimitStore store) {
		Charge charge = new Charge(new Counter("ai", "user:1", Limit.of("1000/s")), 1);
		AtomicReference<RateLimitDecision> decision = new AtomicReference<>();
		assertThat(duration(() -> decision
			.set(store.acquire(new RateLimitRequest(List.of(charge), FailureMode.LOCAL)).toCompletableFuture().join())))
			.isLessThan(DEADLINE.plus(LATE));
		return decision.get().source();
	}

	private static void awaitSource(FailureModeRateLimitStore store, DecisionSource source) {
		await().atMost(LONG).until(() -> source(store) == source);
	}

	private RedisConnection connect() {
		RedisAddress address = RedisAddress.of(RedisURI.create("redis.example.org", this.server.port()));
		return RedisConnection.to(address, new RedisClientSettings(null, null, CONNECT_TIMEOUT, DEADLINE),
				DefaultClientResources.builder().addressResolverGroup(this.resolvers));
	}

	/**
	 * As those of the client's, but for what the machine is configured to.
	 */
	private static DnsAddressResolverGroup resolvers(DnsServer dns) {
		return new DnsAddressResolverGroup(
				new DnsNameResolverBuilder().datagramChannelType(Transports.datagramChannelClass())
					.socketChannelType(Transports.socketChannelClass().asSubclass(SocketChannel.class))
					.cnameCache(new DefaultDnsCnameCache())
					.resolveCache(new DefaultDnsCache())
					.nameServerProvider(new SingletonDnsServerAddressStreamProvider(dns.address()))
					.searchDomains(List.of())
					.queryTimeoutMillis(QUERY_TIMEOUT.toMillis()));
	}

	private static CompletableFuture<String> ping(RedisConnection connection) {
		return connection.send((redis) -> redis.ping()).toCompletableFuture();
	}

	private static void awaitAnswer(RedisConnection connection) {
		await().atMost(LONG).until(() -> connection.status().connected());
	}

	private static void awaitEnd(Set<Thread> before) {
		await().atMost(LONG).until(() -> {
			Set<Thread> own = ClientThreads.alive();
			own.removeAll(before);
			return own.isEmpty();
		});
	}

	private static Duration duration(Runnable task) {
		long start = System.nanoTime();
		task.run();
		return Duration.ofNanos(System.nanoTime() - start);
	}

}

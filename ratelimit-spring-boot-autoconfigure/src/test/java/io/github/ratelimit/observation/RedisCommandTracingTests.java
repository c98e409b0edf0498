package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisInstances;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisCommandTracing} with a real Redis.
 */
class RedisCommandTracingTests {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final Queue<Observation.Context> stopped = new ConcurrentLinkedQueue<>();

	private RedisProcess server;

	private RedisConnection connection;

	private RateLimiter limiter;

	@BeforeEach
	void start() {
		this.registry.observationConfig().observationHandler(new Recorder());
		this.server = RedisServers.dedicated();
		RedisClientSettings settings = new RedisClientSettings(null, null, Duration.ofSeconds(5), Duration.ofSeconds(5))
			.withTracing(new RedisCommandTracing(this.registry));
		this.connection = RedisConnection.to(RedisAddress.of(RedisURI.create(this.server.uri())), settings);
		this.connection.open();
		this.limiter = RateLimiter.of(RateLimiterSettings.of("api", Limit.of("3/h")),
				new RedisRateLimitStore(this.connection, "traced"), new RateLimitListener() {
				}, new ObservationDecisionTracer(this.registry, null));
		this.limiter.tryAcquire("warm");
		await().until(() -> of("ratelimiter.check").size() == 1);
		this.stopped.clear();
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.server.close();
	}

	@Test
	void commandIsAChildOfTheDecisionThatSendsIt() {
		this.limiter.tryAcquire("user:alice");
		Observation.Context command = await().until(() -> of("ratelimiter.redis"), (found) -> !found.isEmpty()).get(0);
		Observation.Context decision = of("ratelimiter.check").get(0);
		assertThat(command.getParentObservation()).isNotNull();
		assertThat(command.getParentObservation().getContextView()).isSameAs(decision);
		assertThat(command.getContextualName()).isEqualTo("evalsha");
		assertThat(command).isInstanceOfSatisfying(SenderContext.class,
				(sender) -> assertThat(sender.getKind()).isEqualTo(Kind.CLIENT));
		assertThat(keyValues(command)).containsEntry("db.system", "redis")
			.containsEntry("db.operation", "EVALSHA")
			.containsEntry("net.sock.peer.port", Integer.toString(this.server.port()))
			.containsKey("net.sock.peer.addr");
	}

	@Test
	void argumentsOfCommandsAreNotTold() {
		this.limiter.tryAcquire("user:alice");
		Observation.Context command = await().until(() -> of("ratelimiter.redis"), (found) -> !found.isEmpty()).get(0);
		assertThat(command.getAllKeyValues().toString()).doesNotContain("alice", "rate_limit");
	}

	@Test
	void whatNobodyAskedForIsNotObserved() {
		try (RedisInstances instances = new RedisInstances(this.connection, "traced", Duration.ofMillis(50));
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			int keys = probe.keys("*").size();
			instances.open();
			await().until(() -> probe.keys("*").size() > keys);
			assertThat(new RedisRateLimitStore(this.connection, "traced").status().connected()).isTrue();
			this.limiter.peek("user:alice");
		}
		assertThat(this.stopped).isEmpty();
	}

	@Test
	void errorOfTheServerIsToldByItsFirstWordAlone() {
		try (RedisProbe probe = RedisProbe.of(this.server.uri())) {
			probe.forgetScripts();
		}
		this.limiter.tryAcquire("user:alice");
		Observation.Context command = await().until(() -> of("ratelimiter.redis"), (found) -> !found.isEmpty()).get(0);
		assertThat(command.getError()).hasMessage("NOSCRIPT");
		assertThat(of("ratelimiter.check")).singleElement()
			.satisfies((decision) -> assertThat(decision.getError()).isNull());
	}

	@Test
	void commandOfManyDecisionsIsAChildOfNone() {
		List<CompletableFuture<RateLimitDecision>> answers;
		this.server.freeze();
		try {
			answers = IntStream.range(0, 10)
				.mapToObj((i) -> this.limiter.tryAcquireAsync("user:" + i).toCompletableFuture())
				.toList();
		}
		finally {
			this.server.resume();
		}
		answers.forEach(CompletableFuture::join);
		await().until(() -> of("ratelimiter.check").size() == 10);
		assertThat(of("ratelimiter.redis")).hasSize(4)
			.extracting(Observation.Context::getParentObservation)
			.doesNotContainNull()
			.doesNotHaveDuplicates();
	}

	private List<Observation.Context> of(String name) {
		return this.stopped.stream().filter((context) -> context.getName().equals(name)).toList();
	}

	private static Map<String, String> keyValues(Observation.Context context) {
		return context.getLowCardinalityKeyValues()
			.stream()
			.collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
	}

	/**
	 * Records what has ended.
	 */
	private final class Recorder implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			RedisCommandTracingTests.this.stopped.add(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}

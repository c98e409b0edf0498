package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.benchmarks.contender.Contender;
import io.github.ratelimit.benchmarks.contender.HttpPeers;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;
import io.github.ratelimit.benchmarks.contender.Setup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Contenders}: what is compared does limit.
 */
class ContendersTests {

	private static final Quota QUOTA = new Quota(5, 86_400);

	private static MeasuredRedis redis;

	@BeforeAll
	static void startRedis() {
		redis = new MeasuredRedis();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	static Stream<Peer> contenders() {
		return Stream
			.of(Contenders.shared(false), Contenders.inMemory(),
					List.of(Contenders.FOUR_STRICT, Contenders.FOUR_LEASED))
			.flatMap(List::stream)
			.filter(Peer::limits);
	}

	static Stream<Peer> applications() {
		return Stream.of(HttpPeers.IN_MEMORY, HttpPeers.STRICT, HttpPeers.BUCKET4J_STARTER);
	}

	@ParameterizedTest
	@MethodSource("contenders")
	void contenderAdmitsWhatEachKeyMayUse(Peer peer) {
		redis.clear();
		// Guava's are empty at first, and give the next one a day later
		long expected = (peer == Peer.GUAVA) ? 1 : QUOTA.units();
		try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, 2))) {
			assertThat(allowed(contender, "user:alice")).isEqualTo(expected);
			assertThat(allowed(contender, "user:bob")).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void applicationAdmitsWhatAnAddressMayUse(Peer peer) {
		redis.clear();
		try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, 1))) {
			assertThat(IntStream.range(0, 12).filter((i) -> contender.tryAcquire("")).count()).isEqualTo(QUOTA.units());
		}
	}

	@Test
	void applicationWithoutFilterAdmitsAll() {
		try (Contender contender = HttpPeers.PLAIN.open(new Setup(redis.uri(), QUOTA, 1))) {
			assertThat(IntStream.range(0, 12).allMatch((i) -> contender.tryAcquire(""))).isTrue();
		}
	}

	@Test
	void contendersOnAClusterAdmitWhatEachKeyMayUseAndSendCommandsToItsNodes() {
		try (MeasuredCluster cluster = new MeasuredCluster()) {
			for (Peer peer : Contenders.onCluster(cluster)) {
				try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, 2))) {
					cluster.clear();
					cluster.resetCosts();
					assertThat(allowed(contender, "user:alice")).isEqualTo(QUOTA.units());
					assertThat(allowed(contender, "user:bob")).isEqualTo(QUOTA.units());
					assertThat(peer.sent().of(cluster.costs()).calls()).isPositive();
				}
			}
		}
	}

	@Test
	void oursComesFirst() {
		assertThat(Contenders.shared(true).get(0)).isSameAs(Contenders.STRICT);
		assertThat(Contenders.shared(false).get(0)).isSameAs(Contenders.STRICT);
		assertThat(Contenders.inMemory().get(0)).isSameAs(Peer.PLAIN_LIMITER);
	}

	private static long allowed(Contender contender, String key) {
		List<CompletableFuture<Boolean>> calls = IntStream.range(0, 40)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> contender.tryAcquire(key)))
			.toList();
		return calls.stream().filter(CompletableFuture::join).count();
	}

}

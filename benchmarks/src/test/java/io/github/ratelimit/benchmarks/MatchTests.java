package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.benchmarks.contender.LimiterSettings;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Match}.
 */
class MatchTests {

	private static final Duration SHORT = Duration.ofMillis(30);

	private static final Quota PLENTY = new Quota(1_000_000, 1);

	private static final List<Integer> ALONE = List.of(1);

	private static MeasuredRedis redis;

	@BeforeAll
	static void startRedis() {
		redis = new MeasuredRedis();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@Test
	void commandsAreThoseThatWereSent() {
		List<Peer> peers = List.of(Peer.PING, Peer.BUCKET4J, Peer.GATEWAY, Peer.SORTED_SET);
		Results results = new Match(redis, 2, false).run(Scene.admitted(Keys.of(3), PLENTY, ALONE, SHORT), peers);
		assertThat(commands(results, Peer.PING)).isEqualTo(1);
		assertThat(commands(results, Peer.BUCKET4J)).isEqualTo(2);
		assertThat(commands(results, Peer.GATEWAY)).isEqualTo(1);
		assertThat(commands(results, Peer.SORTED_SET)).isEqualTo(1);
		Series gateway = results.of(Peer.GATEWAY, 1);
		assertThat(gateway.figures(Sample::redisMicros)).hasSize(2);
		assertThat(gateway.spread(Sample::redisMicros).least()).isPositive();
	}

	@Test
	void refusalOfBucket4jIsOneCommand() {
		Results results = new Match(redis, 1, false).run(Scene.refused(Keys.of(3), ALONE, SHORT),
				List.of(Peer.BUCKET4J));
		assertThat(commands(results, Peer.BUCKET4J)).isEqualTo(1);
	}

	@Test
	void strictDecisionIsOneCommand() {
		Results results = new Match(redis, 1, false).run(Scene.admitted(Keys.of(3), PLENTY, ALONE, SHORT),
				List.of(Contenders.ALONE));
		// Instances tell each other that they are there
		assertThat(commands(results, Contenders.ALONE)).isCloseTo(1, within(0.1));
	}

	@Test
	void contenderThatDoesNotDoAsItShouldIsNoMeasurement() {
		Peer open = Peer.memory("open", (setup) -> (key) -> true);
		assertThatIllegalStateException()
			.isThrownBy(() -> new Match(redis, 1, false).run(Scene.refused(Keys.of(1), ALONE, SHORT), List.of(open)))
			.withMessageStartingWith("open allowed");
	}

	@Test
	void contenderThatFailsIsNoMeasurement() {
		Peer broken = new Peer("broken", Peer.PING.sent(), false, (setup) -> (key) -> {
			throw new UnsupportedOperationException();
		});
		assertThatIllegalStateException().isThrownBy(
				() -> new Match(redis, 1, false).run(Scene.admitted(Keys.of(1), PLENTY, ALONE, SHORT), List.of(broken)))
			.withCauseInstanceOf(UnsupportedOperationException.class);
	}

	@Test
	void memoryIsNotCharged() {
		Peer memory = Peer.limiter("memory", LimiterSettings.IN_MEMORY);
		Results results = new Match(redis, 1, false)
			.run(Scene.admitted(Keys.of(1), PLENTY, List.of(2), SHORT).inMemory(), List.of(memory));
		Series series = results.of(memory, 2);
		assertThat(series.spread(Sample::commands).median()).isZero();
		assertThat(series.spread(Sample::perSecond).median()).isPositive();
	}

	private static double commands(Results results, Peer peer) {
		return results.of(peer, 1).spread(Sample::commands).median();
	}

}

package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RecoveryProbe}.
 */
class RecoveryProbeTests {

	private static final Duration WAIT = Duration.ofSeconds(10);

	private final ManualTime time = new ManualTime();

	private final List<Long> attempts = new ArrayList<>();

	private double random = 0.5;

	private final RecoveryProbe probe = new RecoveryProbe(WAIT, () -> this.attempts.add(this.time.nanoTime()),
			this.time.scheduler(), this.time::nanoTime, () -> this.random);

	@AfterEach
	void close() {
		this.probe.close();
	}

	@Test
	void triesOnceWhenTheWaitIsOver() {
		this.probe.later();
		assertThat(this.probe.untilNext()).isEqualTo(WAIT);
		this.time.pass(Duration.ofSeconds(4));
		assertThat(this.probe.untilNext()).isEqualTo(Duration.ofSeconds(6));
		assertThat(this.attempts).isEmpty();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.attempts).containsExactly(WAIT.toNanos());
		assertThat(this.probe.untilNext()).isZero();
	}

	@Test
	void waitsBetweenFourAndSixFifths() {
		this.random = 0;
		this.probe.later();
		assertThat(this.probe.untilNext()).isEqualTo(Duration.ofSeconds(8));
		this.random = 1;
		this.probe.later();
		assertThat(this.probe.untilNext()).isEqualTo(Duration.ofSeconds(12));
		assertThat(this.time.scheduled()).isOne();
	}

	@Test
	void triesNowInPlaceOfLater() {
		this.probe.later();
		this.probe.now();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.attempts).containsExactly(0L);
	}

	@Test
	void triesAgainAtOnceWhereThereWasReasonToDuringAnAttempt() {
		this.probe.later();
		this.time.pass(WAIT);
		this.probe.now();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.attempts).hasSize(1);
		this.probe.later();
		this.time.pass(Duration.ZERO);
		assertThat(this.attempts).hasSize(2);
		this.probe.later();
		this.time.pass(Duration.ZERO);
		assertThat(this.attempts).hasSize(2);
	}

	@Test
	void triesNothingWhereNothingIsWaitedFor() {
		this.probe.now();
		this.probe.later();
		this.probe.stop();
		this.probe.now();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.attempts).isEmpty();
	}

	@Test
	void triesNothingOnceClosed() {
		this.probe.close();
		this.probe.later();
		this.probe.now();
		this.probe.execute(() -> this.attempts.add(-1L));
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.attempts).isEmpty();
	}

	@Test
	void threadIsThereOnceItIsNeededAndEndsWithTheProbe() {
		RecoveryProbe real = new RecoveryProbe(Duration.ofMillis(1), () -> this.attempts.add(0L),
				RecoveryProbe.thread(), System::nanoTime, () -> 0);
		long before = threads();
		real.later();
		await().until(() -> this.attempts.size() == 1);
		assertThat(threads()).isEqualTo(before + 1);
		real.close();
		await().until(() -> threads() == before);
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("ratelimit-probe"))
			.count();
	}

}

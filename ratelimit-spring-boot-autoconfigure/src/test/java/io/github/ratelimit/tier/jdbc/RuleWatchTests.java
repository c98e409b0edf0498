package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.json.RuleJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RuleWatch}, with reads that end when a test says so.
 */
@Timeout(60)
class RuleWatchTests {

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration TIMEOUT = Duration.ofMillis(300);

	private final Rules rules = new Rules(RuleSet.EMPTY, InstantSource.system());

	private final AtomicInteger reads = new AtomicInteger();

	@Test
	void manyChangesTakeFewReads() throws InterruptedException {
		try (RuleWatch watch = watch(NEVER, this.reads::incrementAndGet)) {
			watch.awaitFirstRead();
			long begin = System.nanoTime();
			int changes = 0;
			while (changes < 300 || this.reads.get() < 3) {
				watch.changed();
				changes++;
				pause(1);
			}
			int read = this.reads.get();
			long possible = (System.nanoTime() - begin) / Duration.ofMillis(50).toNanos();
			assertThat(read).isLessThanOrEqualTo((int) possible + 2);
		}
	}

	@Test
	void changeIsReadWithoutAWaitForTheNextLook() {
		try (RuleWatch watch = watch(NEVER, this.reads::incrementAndGet)) {
			watch.awaitFirstRead();
			for (int i = 2; i < 10; i++) {
				int expected = i;
				watch.changed();
				await().until(() -> this.reads.get() == expected);
			}
		}
	}

	@Test
	void changeDuringAReadIsReadAfterIt() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		try (RuleWatch watch = watch(NEVER, () -> {
			if (this.reads.incrementAndGet() == 1) {
				begun.countDown();
				hold(go);
			}
		})) {
			begun.await();
			watch.changed();
			watch.changed();
			// Long enough for a look that finds the read under way
			pause(200);
			assertThat(this.reads.get()).isEqualTo(1);
			go.countDown();
			await().until(() -> this.reads.get() == 2);
		}
	}

	@Test
	void readsInARowAreNoOutage() throws InterruptedException {
		CountDownLatch never = new CountDownLatch(1);
		Duration longer = Duration.ofSeconds(2);
		try (RuleWatch watch = watch(Duration.ofMillis(20), longer, () -> {
			this.reads.incrementAndGet();
			hold(never, Duration.ofMillis(250));
		})) {
			long begin = System.nanoTime();
			while (this.reads.get() < 4 || System.nanoTime() - begin < longer.multipliedBy(5).dividedBy(4).toNanos()) {
				watch.changed();
				pause(5);
				assertThat(this.rules.status().failingSince()).isNull();
			}
		}
	}

	@Test
	void readThatTakesTooLongIsAnOutage() {
		CountDownLatch go = new CountDownLatch(1);
		try (RuleWatch watch = watch(Duration.ofMillis(20), () -> hold(go))) {
			watch.changed();
			await().until(() -> this.rules.status().failingSince() != null);
			assertThat(this.rules.status().error()).isEqualTo("it does not answer");
			go.countDown();
		}
	}

	@Test
	void failedReadIsFollowedByOthers() {
		try (RuleWatch watch = watch(Duration.ofMillis(20), () -> {
			this.reads.incrementAndGet();
			throw new IllegalStateException("no rules");
		})) {
			watch.changed();
			await().until(() -> this.reads.get() > 3);
			assertThat(this.rules.status().error()).contains("no rules");
		}
	}

	@Test
	void readThatCannotBeLoadedIsAnOutage() {
		try (RuleWatch watch = watch(NEVER, () -> {
			throw new NoClassDefFoundError("a driver");
		})) {
			watch.awaitFirstRead();
			assertThat(this.rules.status().error()).contains("a driver");
		}
	}

	private RuleWatch watch(Duration pollInterval, Runnable read) {
		return watch(pollInterval, TIMEOUT, read);
	}

	private RuleWatch watch(Duration pollInterval, Duration timeout, Runnable read) {
		RuleWatch watch = new RuleWatch(new RuleFollowerSettings(pollInterval, timeout, false), read,
				new FollowedRules(this.rules, new RuleJson(Algorithm.TOKEN_BUCKET), RuleExchange.NONE));
		watch.start();
		return watch;
	}

	private static void pause(long millis) throws InterruptedException {
		assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
	}

	private static void hold(CountDownLatch latch) {
		hold(latch, Duration.ofMinutes(1));
	}

	private static void hold(CountDownLatch latch, Duration atMost) {
		try {
			latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

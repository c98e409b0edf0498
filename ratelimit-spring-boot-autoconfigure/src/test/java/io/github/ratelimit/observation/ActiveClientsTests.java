package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ActiveClientsTests {

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private final AtomicLong nanos = new AtomicLong(-Duration.ofSeconds(30).toNanos());

	private final ActiveClients clients = new ActiveClients(3, WINDOW, this.nanos::get);

	@Test
	void countsNobodyBeforeAnybodyIsSeen() {
		assertThat(this.clients.count()).isZero();
	}

	@Test
	void countsEachKeyOnce() {
		seen("user:alice", "user:bob", "user:alice");
		assertThat(this.clients.count()).isEqualTo(2);
	}

	@Test
	void tellsKeysOfTheSameHashCodeApart() {
		assertThat("user:Aa").hasSameHashCodeAs("user:BB");
		seen("user:Aa", "user:BB");
		assertThat(this.clients.count()).isEqualTo(2);
	}

	@Test
	void countsKeyOfTheWindowBefore() {
		seen("user:alice");
		advance(WINDOW.multipliedBy(2).minusNanos(1));
		seen("user:bob");
		assertThat(this.clients.count()).isEqualTo(2);
	}

	@Test
	void forgetsKeyWhenTheWindowAfterItsOwnEnds() {
		seen("user:alice");
		advance(WINDOW);
		seen("user:bob");
		advance(WINDOW);
		assertThat(this.clients.count()).isEqualTo(1);
	}

	@Test
	void keepsKeySeenInTheLastMinuteWhereverWindowsEnd() {
		advance(WINDOW.minusNanos(1));
		seen("user:alice");
		advance(WINDOW);
		assertThat(this.clients.count()).isEqualTo(1);
	}

	@Test
	void countsKeyOfBothWindowsOnce() {
		seen("user:alice", "user:bob");
		advance(WINDOW);
		seen("user:alice");
		assertThat(this.clients.count()).isEqualTo(2);
		advance(WINDOW);
		assertThat(this.clients.count()).isEqualTo(1);
	}

	@Test
	void forgetsAllAfterTwoIdleWindows() {
		seen("user:alice");
		advance(WINDOW.multipliedBy(2));
		assertThat(this.clients.count()).isZero();
		seen("user:bob");
		assertThat(this.clients.count()).isEqualTo(1);
	}

	@Test
	void countsUpToItsMaximum() {
		seen("user:1", "user:2", "user:3", "user:4");
		assertThat(this.clients.count()).isEqualTo(3);
	}

	@Test
	void keepsWhoIsActiveWhereItIsFull() {
		seen("user:1", "user:2", "user:3");
		advance(WINDOW);
		seen("user:4", "user:1");
		assertThat(this.clients.count()).isEqualTo(3);
		advance(WINDOW);
		assertThat(this.clients.count()).isEqualTo(1);
	}

	private void seen(String... keys) {
		for (String key : keys) {
			this.clients.seen(key);
		}
	}

	private void advance(Duration time) {
		this.nanos.addAndGet(time.toNanos());
	}

}

package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link RateLimitListeners}.
 */
class RateLimitListenersTests {

	private static final RateLimitEvent EVENT = new RateLimitEvent("api", "default", "alice", 1,
			RateLimitDecision.unchecked(DecisionSource.NONE), Duration.ZERO);

	private final List<Object> told = new ArrayList<>();

	@Test
	void eachListenerIsToldWhateverTheOthersDo() {
		RateLimitListeners listeners = new RateLimitListeners(() -> List.of(new FailingListener(),
				new RecordingListener(), new FailingListener(), new RecordingListener()));
		IllegalStateException error = new IllegalStateException("store");
		listeners.onDecision(EVENT);
		listeners.onStoreError("reset", error);
		assertThat(this.told).containsExactly(EVENT, EVENT, "reset", error, "reset", error);
	}

	@Test
	void listenersAreAskedForOnceWhenThereIsSomethingToTell() {
		AtomicInteger asked = new AtomicInteger();
		RateLimitListeners listeners = new RateLimitListeners(() -> {
			asked.incrementAndGet();
			return List.of();
		});
		assertThat(asked).hasValue(0);
		listeners.onDecision(EVENT);
		listeners.onDecision(EVENT);
		assertThat(asked).hasValue(1);
	}

	@Test
	void listenersAreNotWrappedAgain() {
		RateLimitListeners listeners = RateLimitListeners.of(new RecordingListener());
		assertThat(RateLimitListeners.of(listeners)).isSameAs(listeners);
		listeners.onDecision(EVENT);
		assertThat(this.told).containsExactly(EVENT);
		assertThatNullPointerException().isThrownBy(() -> RateLimitListeners.of(null))
			.withMessage("listener must not be null");
	}

	@Test
	void listenersAreToldOfWhatTheyDoNotIgnore() {
		RateLimitListeners listeners = new RateLimitListeners(
				() -> List.of(new IgnoringListener(Outcome.UNCHECKED), new IgnoringListener(Outcome.ALLOWED)));
		listeners.onDecision(EVENT);
		assertThat(this.told).containsExactly(Outcome.ALLOWED);
	}

	@Test
	void nothingIsToldThatAllIgnore() {
		RateLimitListeners listeners = new RateLimitListeners(
				() -> List.of(new IgnoringListener(Outcome.ALLOWED), new IgnoringListener(Outcome.ALLOWED)));
		assertThat(listeners.ignores(Outcome.ALLOWED)).isTrue();
		assertThat(listeners.ignores(Outcome.REFUSED)).isFalse();
		assertThat(new RateLimitListeners(List::of).ignores(Outcome.REFUSED)).isTrue();
		assertThat(new RecordingListener().ignores(Outcome.ALLOWED)).isFalse();
	}

	@Test
	void listenerThatCannotSayWhatItIgnoresIsToldOfAll() {
		RateLimitListeners listeners = new RateLimitListeners(() -> List.of(new IgnoringListener(null)));
		assertThat(listeners.ignores(Outcome.UNCHECKED)).isFalse();
		listeners.onDecision(EVENT);
		assertThat(this.told).hasSize(1);
	}

	private final class RecordingListener implements RateLimitListener {

		@Override
		public void onDecision(RateLimitEvent event) {
			RateLimitListenersTests.this.told.add(event);
		}

		@Override
		public void onStoreError(String operation, Throwable error) {
			RateLimitListenersTests.this.told.add(operation);
			RateLimitListenersTests.this.told.add(error);
		}

	}

	private final class IgnoringListener implements RateLimitListener {

		private final @Nullable Outcome ignored;

		IgnoringListener(@Nullable Outcome ignored) {
			this.ignored = ignored;
		}

		@Override
		public boolean ignores(Outcome outcome) {
			if (this.ignored == null) {
				throw new IllegalStateException("ignored");
			}
			return outcome == this.ignored;
		}

		@Override
		public void onDecision(RateLimitEvent event) {
			RateLimitListenersTests.this.told.add((this.ignored != null) ? this.ignored : event);
		}

	}

	private static final class FailingListener implements RateLimitListener {

		@Override
		public void onDecision(RateLimitEvent event) {
			throw new IllegalStateException("decision");
		}

		@Override
		public void onStoreError(String operation, Throwable error) {
			throw new IllegalArgumentException("error");
		}

	}

}

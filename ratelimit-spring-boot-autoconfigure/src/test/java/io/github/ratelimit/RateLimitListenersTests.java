package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

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

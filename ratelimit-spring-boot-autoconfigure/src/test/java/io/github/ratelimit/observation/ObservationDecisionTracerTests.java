package io.github.ratelimit.observation;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ObservationDecisionTracer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ObservationDecisionTracerTests {

	private static final RateLimiterSettings USER = RateLimiterSettings.of("user", Limit.of("1/h"));

	private static final RateLimiterSettings IP = RateLimiterSettings.of("ip", Limit.of("5/h"));

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final RateLimitStore store = InMemoryRateLimitStore.create(10);

	@Test
	void decisionIsAnObservationInTheWordsOfTheMeters() {
		limiter(this.registry).tryAcquire(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(this.registry).hasNumberOfObservationsEqualTo(1)
			.hasSingleObservationThat()
			.hasNameEqualTo("ratelimiter.check")
			.hasBeenStarted()
			.hasBeenStopped()
			.doesNotHaveError()
			.hasLowCardinalityKeyValue("tier", "user")
			.hasLowCardinalityKeyValue("plan", "default")
			.hasLowCardinalityKeyValue("outcome", "allowed")
			.hasLowCardinalityKeyValue("store", "memory")
			.doesNotHaveHighCardinalityKeyValueWithKey("tiers");
	}

	@Test
	void decisionOnSeveralTiersNamesTheOneThatRefuses() {
		limiter(this.registry)
			.tryAcquire(List.of(new Acquisition(IP, "203.0.113.7", 2), new Acquisition(USER, "alice", 2)));
		assertThat(this.registry).hasSingleObservationThat()
			.hasLowCardinalityKeyValue("tier", "user")
			.hasLowCardinalityKeyValue("outcome", "refused")
			.hasHighCardinalityKeyValue("tiers", "ip, user");
	}

	@Test
	void whoeverCallsIsNotTold() {
		limiter(this.registry).tryAcquire(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(this.registry).hasSingleObservationThat()
			.satisfies((context) -> assertThat(context.getAllKeyValues().toString()).doesNotContain("alice"));
	}

	@Test
	void errorOfTheStoreIsTold() {
		IllegalStateException error = new IllegalStateException("no store");
		RateLimitStore failing = mock();
		given(failing.acquire(any())).willReturn(CompletableFuture.failedFuture(error));
		new JointRateLimiter(failing, new RateLimitListener() {
		}, tracer(this.registry)).tryAcquireAsync(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(this.registry).hasSingleObservationThat()
			.hasBeenStopped()
			.hasError(error)
			.hasLowCardinalityKeyValue("outcome", "none")
			.hasLowCardinalityKeyValue("store", "none");
	}

	@Test
	void isCurrentWhileTheStoreIsAskedAndNotAfterwards() {
		AtomicReference<Observation> current = new AtomicReference<>();
		RateLimitStore asked = mock();
		given(asked.acquire(any())).willAnswer((invocation) -> {
			current.set(this.registry.getCurrentObservation());
			return new CompletableFuture<>();
		});
		Observation request = Observation.start("http.server.requests", this.registry);
		request.scoped(() -> {
			new JointRateLimiter(asked, new RateLimitListener() {
			}, tracer(this.registry)).tryAcquireAsync(List.of(new Acquisition(USER, "alice", 1)));
			assertThat(this.registry.getCurrentObservation()).isSameAs(request);
		});
		assertThat(current.get().getContext().getName()).isEqualTo("ratelimiter.check");
		assertThat(current.get().getContextView().getParentObservation()).isSameAs(request);
	}

	@Test
	void observationThatIsSwitchedOffByNameIsNotMade() {
		this.registry.observationConfig().observationPredicate((name, context) -> !name.equals("ratelimiter.check"));
		assertThat(tracer(this.registry).begin(List.of(new Acquisition(USER, "alice", 1)))).isNull();
	}

	@Test
	void registryWithoutHandlersCostsNothing() {
		assertThat(tracer(ObservationRegistry.create()).begin(List.of(new Acquisition(USER, "alice", 1)))).isNull();
	}

	@Test
	void handlerThatFailsChangesNoDecision(CapturedOutput output) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new FailingHandler());
		JointRateLimiter limiter = limiter(registry);
		assertThat(limiter.tryAcquire(List.of(new Acquisition(IP, "::1", 1))).whole().allowed()).isTrue();
		assertThat(limiter.tryAcquire(List.of(new Acquisition(IP, "::1", 1))).whole().allowed()).isTrue();
		assertThat(output).containsOnlyOnce("A decision could not be observed");
	}

	private JointRateLimiter limiter(ObservationRegistry registry) {
		return new JointRateLimiter(this.store, new RateLimitListener() {
		}, tracer(registry));
	}

	private static DecisionTracer tracer(ObservationRegistry registry) {
		return new ObservationDecisionTracer(registry, null);
	}

	/**
	 * Fails when an observation ends.
	 */
	private static final class FailingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("full");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}

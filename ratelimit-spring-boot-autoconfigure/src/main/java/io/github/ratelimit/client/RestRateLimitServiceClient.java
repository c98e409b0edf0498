package io.github.ratelimit.client;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;

/**
 * A {@link RateLimitServiceClient} behind a circuit breaker: a service that hangs costs
 * its callers a timeout a few times, and then only one of them each time the service is
 * tried again.
 */
final class RestRateLimitServiceClient implements RateLimitServiceClient {

	private static final String NAME = "ratelimit-service";

	private static final String CHECK = "/v1/check";

	private static final String BATCH = "/v1/check/batch";

	// Of problem documents, and of each decision, several times what they have
	private static final int MAX_BYTES = 64 * 1024;

	private static final int MAX_BYTES_OF_DECISION = 1024;

	private static final float ALL = 100;

	private static final double JITTER = 0.2;

	private final ServiceExchange exchange;

	private final ServiceJson json = new ServiceJson();

	private final ServiceAnswers answers = new ServiceAnswers(this.json);

	private final FailureModeDecisions failureMode;

	private final ServiceOutage outage;

	private final CircuitBreaker breaker;

	RestRateLimitServiceClient(RateLimitServiceClientSettings settings, ServiceExchange exchange) {
		this.exchange = exchange;
		this.failureMode = new FailureModeDecisions(settings, InstantSource.system());
		this.outage = new ServiceOutage(settings.url(), settings.failureMode(), InstantSource.system());
		this.breaker = CircuitBreaker.of(NAME,
				CircuitBreakerConfig.custom()
					.slidingWindowSize(settings.failureThreshold())
					.minimumNumberOfCalls(settings.failureThreshold())
					.failureRateThreshold(ALL)
					.permittedNumberOfCallsInHalfOpenState(1)
					.waitIntervalFunctionInOpenState(IntervalFunction.ofRandomized(settings.waitDuration(), JITTER))
					.build());
	}

	@Override
	public ServiceDecision check(ServiceCheck check) {
		Objects.requireNonNull(check, "check must not be null");
		return ask(CHECK, this.json.write(check), 1, this.answers::decision, () -> this.failureMode.decide(check));
	}

	@Override
	public ServiceBatchDecision checkEach(List<ServiceCheck> checks) {
		List<ServiceCheck> all = requireSome(checks);
		return askForSeveral("independent", all, () -> this.failureMode.decideEach(all));
	}

	@Override
	public ServiceBatchDecision checkTogether(List<ServiceCheck> checks) {
		List<ServiceCheck> all = requireSome(checks);
		return askForSeveral("all", all, () -> this.failureMode.decideTogether(all));
	}

	@Override
	public void close() {
		this.exchange.close();
	}

	private ServiceBatchDecision askForSeveral(String mode, List<ServiceCheck> checks,
			Supplier<ServiceBatchDecision> otherwise) {
		return ask(BATCH, this.json.write(mode, checks), checks.size(),
				(answer) -> this.answers.decisions(answer, checks.size()), otherwise);
	}

	private static List<ServiceCheck> requireSome(List<ServiceCheck> checks) {
		List<ServiceCheck> all = List.copyOf(checks);
		if (all.isEmpty()) {
			throw new IllegalArgumentException("checks must not be empty");
		}
		return all;
	}

	private <T> T ask(String path, byte[] body, int checks, Reader<T> reader, Supplier<T> otherwise) {
		if (!this.breaker.tryAcquirePermission()) {
			this.outage.left();
			return otherwise.get();
		}
		long start = this.breaker.getCurrentTimestamp();
		boolean recorded = false;
		try {
			T decision = reader.read(this.exchange.post(path, body, maxBytes(checks)));
			recorded = true;
			answered(start);
			return decision;
		}
		catch (IllegalArgumentException ex) {
			// The service works: what it was asked is wrong
			recorded = true;
			answered(start);
			throw ex;
		}
		catch (UnusableAnswerException ex) {
			// A caller that was interrupted says nothing of the service
			if (!Thread.currentThread().isInterrupted()) {
				recorded = true;
				failed(start, ex);
			}
			return otherwise.get();
		}
		finally {
			if (!recorded) {
				this.breaker.releasePermission();
			}
		}
	}

	private static int maxBytes(int checks) {
		return (int) Math.min(Integer.MAX_VALUE - 1, MAX_BYTES + (long) MAX_BYTES_OF_DECISION * checks);
	}

	private void answered(long start) {
		this.breaker.onSuccess(elapsed(start), this.breaker.getTimestampUnit());
		this.outage.answered();
	}

	private void failed(long start, UnusableAnswerException cause) {
		this.breaker.onError(elapsed(start), this.breaker.getTimestampUnit(), cause);
		this.outage.failed(cause.reason());
	}

	private long elapsed(long start) {
		return this.breaker.getCurrentTimestamp() - start;
	}

	/**
	 * Makes a decision of an answer.
	 *
	 * @param <T> the decision
	 */
	@FunctionalInterface
	private interface Reader<T> {

		T read(ServiceAnswer answer) throws UnusableAnswerException;

	}

}

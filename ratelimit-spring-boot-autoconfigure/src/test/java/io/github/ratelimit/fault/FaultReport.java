package io.github.ratelimit.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.testsupport.RedisFault;
import io.github.ratelimit.testsupport.SteadyCallers.Answer;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a fault. Times are by {@link System#nanoTime()}.
 *
 * @param fault what happened
 * @param failureMode what was to happen to requests meanwhile
 * @param answers what callers got, before and after too
 * @param beganNanos when the fault began
 * @param endedNanos when Redis was ready again
 * @param openNanos when the circuit breaker was open first, {@code null} if it never was
 * @param closedNanos when it was closed and Redis decided, {@code null} if it never did
 * @param callsWhileOpen calls that were sent to Redis since the circuit breaker opened
 * and before the fault was over
 * @param connections connections that were tried while the fault lasted
 * @param countedInRedis what is charged in Redis at the end to the keys that only count
 * @param storeErrors how often Redis was asked and could not decide
 * @param log lines of the log that are the limiter's
 * @param clientLog lines of the log that are its client's
 * @param noise how long this machine kept a thread waiting
 */
record FaultReport(RedisFault fault, FailureMode failureMode, List<Answer> answers, long beganNanos, long endedNanos,
		@Nullable Long openNanos, @Nullable Long closedNanos, long callsWhileOpen, long connections,
		long countedInRedis, int storeErrors, List<String> log, List<String> clientLog, Duration noise) {

	/**
	 * Return what callers asked for while the fault lasted.
	 */
	List<Answer> during() {
		return this.answers.stream()
			.filter((answer) -> answer.endNanos() >= this.beganNanos && answer.startNanos() < this.endedNanos)
			.toList();
	}

	/**
	 * Return how many callers got no decision: an exception, or that none can be made.
	 */
	long errors() {
		return errors(this.answers);
	}

	/**
	 * Return how many of them asked while the fault lasted.
	 */
	long errorsDuring() {
		return errors(during());
	}

	private static long errors(List<Answer> answers) {
		return answers.stream()
			.map(Answer::decision)
			.filter((decision) -> decision == null || decision.outcome() == Outcome.UNAVAILABLE)
			.count();
	}

	List<RuntimeException> exceptions() {
		return this.answers.stream().map(Answer::error).filter(Objects::nonNull).toList();
	}

	/**
	 * Return a quantile of how long callers waited while the fault lasted.
	 */
	Duration latency(double quantile) {
		List<Duration> sorted = during().stream().map(Answer::latency).sorted().toList();
		return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
	}

	/**
	 * Return how long the caller waited who had to wait longest, also after the fault.
	 */
	Duration worstLatency() {
		return this.answers.stream()
			.filter((answer) -> answer.endNanos() >= this.beganNanos)
			.map(Answer::latency)
			.max(Duration::compareTo)
			.orElseThrow();
	}

	/**
	 * Return how many callers waited that long.
	 */
	long waited(Duration least) {
		return this.answers.stream()
			.filter((answer) -> answer.endNanos() >= this.beganNanos && answer.latency().compareTo(least) >= 0)
			.count();
	}

	@Nullable Duration timeToDegrade() {
		return (this.openNanos != null) ? Duration.ofNanos(this.openNanos - this.beganNanos) : null;
	}

	@Nullable Duration timeToRecover() {
		return (this.closedNanos != null) ? Duration.ofNanos(this.closedNanos - this.endedNanos) : null;
	}

	/**
	 * Return by how many units what was admitted without Redis was above the limit, in
	 * the worst window of the worst key.
	 */
	double overDuring() {
		return over((answer, decision) -> decision.source() == DecisionSource.FAILURE_MODE);
	}

	/**
	 * Return the same of windows that begin while Redis decides.
	 */
	double overBeginning() {
		return over((answer, decision) -> answer.endNanos() <= this.endedNanos);
	}

	/**
	 * Return the same of windows that end when Redis decides again.
	 */
	double overEnd() {
		long from = (this.openNanos != null) ? this.openNanos : this.beganNanos;
		return over((answer, decision) -> answer.startNanos() >= from);
	}

	private double over(BiPredicate<Answer, RateLimitDecision> filter) {
		Map<String, List<Instant>> admitted = this.answers.stream()
			.filter((answer) -> answer.tier().equals(LimitedInstance.LIMITED) && answer.decision() != null
					&& answer.decision().allowed() && filter.test(answer, answer.decision()))
			.collect(Collectors.groupingBy(Answer::key, Collectors
				.mapping((answer) -> FaultRun.chargedAt(answer, answer.decision()), Collectors.toList())));
		return admitted.values()
			.stream()
			.mapToDouble((instants) -> OverAdmission.of(LimitedInstance.LIMIT, instants))
			.max()
			.orElse(0);
	}

	/**
	 * Return what was admitted of what only counts.
	 */
	long admitted(DecisionSource source) {
		return counted().filter((answer) -> isAllowedBy(source, answer.decision())).count();
	}

	/**
	 * Return what was asked for, and admitted, once the fault was over.
	 */
	long admittedAfterwards(DecisionSource source) {
		return counted()
			.filter((answer) -> answer.startNanos() >= this.endedNanos && isAllowedBy(source, answer.decision()))
			.count();
	}

	private static boolean isAllowedBy(DecisionSource source, @Nullable RateLimitDecision decision) {
		return decision != null && decision.outcome() == Outcome.ALLOWED && decision.source() == source;
	}

	/**
	 * Return what was refused of what only counts: nothing should.
	 */
	long unexpectedRefusals() {
		return counted().filter((answer) -> answer.decision() != null)
			.filter((answer) -> answer.decision().outcome() == Outcome.REFUSED)
			.count();
	}

	private Stream<Answer> counted() {
		return this.answers.stream().filter((answer) -> answer.tier().equals(LimitedInstance.COUNTED));
	}

}

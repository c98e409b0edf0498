package io.github.ratelimit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A store that is asked for several acquisitions: together for those that can refuse, and
 * for each that is only watched by itself. Safe for use by many threads.
 */
final class JointStore {

	private final RateLimitStore store;

	private final RateLimitListener listener;

	JointStore(RateLimitStore store, RateLimitListener listener) {
		this.store = store;
		this.listener = listener;
	}

	/**
	 * Ask, and wait for the answer, which makes no futures where the store decides at
	 * once.
	 */
	JointDecision askAndWait(List<Acquisition> acquisitions) {
		if (!isOneCharge(acquisitions) || acquisitions.get(0).settings().enforcement() != Enforcement.ENFORCE) {
			return JointRateLimiter.await(ask(acquisitions));
		}
		requireTexts(acquisitions.get(0));
		RateLimitDecision now = askNow(acquisitions.get(0));
		return JointDecision.of((now != null) ? new JointDecision.Answer(acquisitions, null, now)
				: JointRateLimiter.await(askLater(acquisitions)));
	}

	/**
	 * Ask for all that can refuse, and then for what is only watched.
	 */
	CompletableFuture<JointDecision> ask(List<Acquisition> acquisitions) {
		List<Acquisition> enforced = of(Enforcement.ENFORCE, acquisitions);
		if (enforced.size() == acquisitions.size()) {
			return askTogether(enforced).thenApply(JointDecision::of);
		}
		List<Acquisition> watched = of(Enforcement.SHADOW, acquisitions);
		watched.forEach(JointStore::requireTexts);
		if (enforced.isEmpty()) {
			// Whoever only asks where a key stands wants to know that nobody can tell
			boolean peek = !JointRateLimiter.isCharge(watched);
			return all(watched.stream().map((one) -> (peek) ? askTogether(List.of(one)) : watch(one)).toList())
				.thenApply(JointDecision::new);
		}
		return askTogether(enforced).thenCompose((answer) -> (answer.decision().allowed()) ? watch(watched, answer)
				: CompletableFuture.completedFuture(JointDecision.of(answer)));
	}

	private static List<Acquisition> of(Enforcement enforcement, List<Acquisition> acquisitions) {
		if (acquisitions.size() == 1 && acquisitions.get(0).settings().enforcement() == enforcement) {
			return acquisitions;
		}
		return acquisitions.stream()
			.filter((acquisition) -> acquisition.settings().enforcement() == enforcement)
			.toList();
	}

	/**
	 * Ask for what is only watched, each by itself, since none may stand in the way of
	 * another.
	 */
	private CompletableFuture<JointDecision> watch(List<Acquisition> watched, JointDecision.Answer answer) {
		return all(watched.stream().map(this::watch).toList())
			.thenApply((answers) -> new JointDecision(Stream.concat(Stream.of(answer), answers.stream()).toList()));
	}

	/**
	 * Ask for what is only watched: where that fails, the request goes on unchecked.
	 */
	private CompletableFuture<JointDecision.Answer> watch(Acquisition watched) {
		List<Acquisition> one = List.of(watched);
		return CompletableFuture.completedFuture(one).thenCompose(this::askTogether).exceptionally((error) -> {
			JointRateLimiter.tell(this.listener, "acquire", error);
			return new JointDecision.Answer(one, null, RateLimitDecision.unchecked(DecisionSource.NONE));
		});
	}

	private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
			.thenApply((done) -> futures.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<JointDecision.Answer> askTogether(List<Acquisition> acquisitions) {
		if (!isOneCharge(acquisitions)) {
			return askLater(acquisitions);
		}
		requireTexts(acquisitions.get(0));
		RateLimitDecision now;
		try {
			now = askNow(acquisitions.get(0));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return (now != null) ? CompletableFuture.completedFuture(new JointDecision.Answer(acquisitions, null, now))
				: askLater(acquisitions);
	}

	private static void requireTexts(Acquisition acquisition) {
		Counter.requireTexts(acquisition.settings().counterName(), acquisition.key());
	}

	private static boolean isOneCharge(List<Acquisition> acquisitions) {
		return acquisitions.size() == 1 && acquisitions.get(0).cost() > 0
				&& acquisitions.get(0).settings().limits().size() == 1;
	}

	private @Nullable RateLimitDecision askNow(Acquisition acquisition) {
		RateLimiterSettings settings = acquisition.settings();
		RateLimitDecision decision = this.store.acquireNow(settings.counterName(), acquisition.key(),
				settings.limits().get(0), acquisition.cost());
		return (decision != null) ? decision.under(settings.enforcement()) : null;
	}

	/**
	 * Ask for what the store has no answer to at once.
	 */
	private CompletableFuture<JointDecision.Answer> askLater(List<Acquisition> acquisitions) {
		JointRequest asked = JointRequest.of(acquisitions);
		Enforcement enforcement = acquisitions.get(0).settings().enforcement();
		return this.store.acquire(asked.request())
			.toCompletableFuture()
			.thenApply((decision) -> JointDecision.Answer.of(asked, decision.under(enforcement)));
	}

}

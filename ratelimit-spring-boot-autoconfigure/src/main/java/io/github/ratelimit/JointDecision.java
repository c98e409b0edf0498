package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * The answer to acquisitions that were asked for together: allowed and charged all, or
 * refused all and none charged. Those that are only watched ({@link Enforcement#SHADOW})
 * are charged by themselves, when the others are allowed.
 */
public final class JointDecision {

	private final List<Answer> answers;

	private final List<Part> parts;

	private final RateLimitDecision whole;

	private boolean settled;

	JointDecision(List<Answer> answers) {
		this.answers = List.copyOf(answers);
		this.parts = parts(this.answers);
		this.whole = (this.parts.size() == 1) ? this.parts.get(0).decision()
				: whole(answers.stream().filter((answer) -> !answer.isBeside()).toList());
	}

	static JointDecision of(Answer answer) {
		return new JointDecision(List.of(answer));
	}

	private static List<Part> parts(List<Answer> answers) {
		if (answers.size() == 1 && answers.get(0).acquisitions().size() == 1) {
			return List.of(answers.get(0).part(0));
		}
		List<Part> parts = new ArrayList<>(2);
		for (Answer answer : answers) {
			for (int i = 0; i < answer.acquisitions().size(); i++) {
				parts.add(answer.part(i));
			}
		}
		return List.copyOf(parts);
	}

	private static RateLimitDecision whole(List<Answer> answers) {
		if (answers.size() == 1) {
			return answers.get(0).decision();
		}
		List<LimitStatus> limits = new ArrayList<>();
		answers.forEach((answer) -> limits.addAll(answer.decision().limits()));
		RateLimitDecision first = answers.get(0).decision();
		boolean watchedRefuses = answers.stream()
			.anyMatch((answer) -> answer.decision().outcome() == Outcome.SHADOW_REFUSED);
		Outcome outcome = (watchedRefuses) ? Outcome.SHADOW_REFUSED : first.outcome();
		return new RateLimitDecision(outcome, limits, first.source(), first.chargedAt());
	}

	/**
	 * Return the decision on all together, but for what is only counted beside it.
	 * @return the decision
	 */
	public RateLimitDecision whole() {
		return this.whole;
	}

	/**
	 * Return what was decided for each acquisition, without those that were not asked
	 * because others were refused.
	 * @return the parts; of a refusal each has the outcome of the whole, and its own
	 * limits tell whether they are why
	 */
	public List<Part> parts() {
		return this.parts;
	}

	/**
	 * Return the name of the first limiter that refuses.
	 */
	String refusedBy() {
		return decisive().acquisition().settings().name();
	}

	/**
	 * Return the part that one look at the decision is for.
	 * @return the first part that refuses, or the first if none does
	 */
	public Part decisive() {
		for (Part part : this.parts) {
			if (part.refusedItself()) {
				return part;
			}
		}
		return this.parts.get(0);
	}

	/**
	 * Return whether something was charged that can be settled.
	 */
	boolean isCharged() {
		for (Answer answer : this.answers) {
			if (answer.decision().isCharged()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Take the right to settle, which there is once.
	 * @return whether it was still there
	 */
	synchronized boolean takeSettlement() {
		boolean taken = !this.settled;
		this.settled = true;
		return taken;
	}

	/**
	 * Make each acquisition cost what it should have.
	 * @param costs the cost of each part, in their order
	 */
	CompletionStage<@Nullable Void> settle(RateLimitStore store, List<Long> costs) {
		List<CompletableFuture<Void>> settled = new ArrayList<>(1);
		int from = 0;
		for (Answer answer : this.answers) {
			int to = from + answer.acquisitions().size();
			if (answer.decision().isCharged()) {
				settled.add(answer.settle(store, costs.subList(from, to)).toCompletableFuture());
			}
			from = to;
		}
		return CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new));
	}

	/**
	 * What was decided for one acquisition.
	 *
	 * @param acquisition the acquisition
	 * @param decision the decision
	 * @param refusedItself whether this acquisition is why all are refused, and not only
	 * the others
	 */
	public record Part(Acquisition acquisition, RateLimitDecision decision, boolean refusedItself) {

	}

	/**
	 * What the store has answered to one request.
	 *
	 * @param acquisitions what was asked for together
	 * @param request the request, {@code null} where one charge was decided without
	 */
	record Answer(List<Acquisition> acquisitions, @Nullable JointRequest request, RateLimitDecision decision) {

		static Answer of(JointRequest request, RateLimitDecision decision) {
			return new Answer(request.acquisitions(), request, decision);
		}

		/**
		 * Return whether this is no part of the decision. What is, is never asked for
		 * together with what is not.
		 */
		boolean isBeside() {
			return this.acquisitions.get(0).beside();
		}

		Part part(int index) {
			RateLimitDecision own = (this.request != null) ? this.request.part(index, this.decision) : this.decision;
			return new Part(this.acquisitions.get(index), own, isRefusedItself(this.acquisitions.get(index), own));
		}

		/**
		 * Return whether an acquisition is why all are refused. Where nobody could check
		 * them, those are that must not go on unchecked.
		 */
		private boolean isRefusedItself(Acquisition acquisition, RateLimitDecision own) {
			if (own.allowed() || acquisition.cost() == 0) {
				return false;
			}
			List<LimitStatus> limits = own.limits();
			return (limits.isEmpty())
					? JointRequest.failureMode(this.acquisitions) != FailureMode.CLOSED
							|| acquisition.settings().failureMode() == FailureMode.CLOSED
					: LimitStatuses.isOneRefused(limits);
		}

		CompletionStage<Void> settle(RateLimitStore store, List<Long> costs) {
			JointRequest asked = (this.request != null) ? this.request : JointRequest.of(this.acquisitions);
			return store.settle(new RateLimitSettlement(asked.request(), this.decision, asked.costsOfCharges(costs)));
		}

	}

}

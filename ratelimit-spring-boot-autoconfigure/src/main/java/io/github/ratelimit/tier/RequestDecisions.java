package io.github.ratelimit.tier;

import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What has been decided for the HTTP request in progress. Safe for use by many threads.
 */
public final class RequestDecisions {

	private final Consumer<List<TierDecision>> onChange;

	private volatile List<TierDecision> decisions = List.of();

	private final RouteCredit credit = new RouteCredit();

	private volatile @Nullable List<IntConsumer> untilResponse;

	private volatile @Nullable Planned planned;

	/**
	 * Create decisions of a request of which nothing was decided yet.
	 * @param onChange told of all decisions after new ones, on their thread
	 */
	public RequestDecisions(Consumer<List<TierDecision>> onChange) {
		this.onChange = Objects.requireNonNull(onChange, "onChange must not be null");
	}

	/**
	 * Return what was decided so far, in order.
	 * @return the decisions
	 */
	public List<TierDecision> all() {
		return this.decisions;
	}

	/**
	 * Add decisions.
	 * @param more the decisions, which do not change
	 */
	void add(List<TierDecision> more) {
		if (more.isEmpty()) {
			return;
		}
		List<TierDecision> all;
		synchronized (this) {
			all = with(more);
			this.decisions = all;
		}
		this.onChange.accept(all);
	}

	private List<TierDecision> with(List<TierDecision> more) {
		if (this.decisions.isEmpty()) {
			return more;
		}
		List<TierDecision> all = new ArrayList<>(this.decisions);
		all.addAll(more);
		return Collections.unmodifiableList(all);
	}

	/**
	 * Note a refusal by a limiter that code of the application has asked by itself,
	 * unless it is one that was decided here.
	 * @param refusal the refusal
	 */
	public void addRefusal(RateLimitExceededException refusal) {
		RateLimitDecision decision = refusal.getDecision();
		List<LimitStatus> refused = decision.limits().stream().filter(LimitStatus::refused).toList();
		if (!refused.isEmpty() && !isKnown(refused.get(0))) {
			add(List.of(new TierDecision(refusal.getTier(),
					new RateLimitDecision(decision.outcome(), refused, decision.source()))));
		}
	}

	private boolean isKnown(LimitStatus status) {
		return all().stream()
			.flatMap((known) -> known.decision().limits().stream())
			.anyMatch((known) -> known == status);
	}

	/**
	 * Return the plans of the caller, asked for once as long as it is the same.
	 */
	List<String> plans(Caller caller, Function<Caller, List<String>> ask) {
		Planned planned = this.planned;
		if (planned == null || planned.principal() != caller.principal()) {
			planned = new Planned(caller.principal(), ask.apply(caller));
			this.planned = planned;
		}
		return planned.plans();
	}

	/**
	 * Forget on which plans the caller was, before others have been asked who it is.
	 */
	public void forgetPlans() {
		this.planned = null;
	}

	/**
	 * Return what routes have charged for methods to come.
	 */
	RouteCredit credit() {
		return this.credit;
	}

	/**
	 * Have something done when the response is complete.
	 * @param action given the status of the response; it must neither block nor throw
	 */
	public synchronized void whenResponded(IntConsumer action) {
		List<IntConsumer> actions = this.untilResponse;
		if (actions == null) {
			actions = new ArrayList<>(1);
			this.untilResponse = actions;
		}
		actions.add(action);
	}

	/**
	 * Say that the response is complete. Asked again, it does what was added since.
	 * @param status status of the response
	 */
	public void responded(int status) {
		if (this.untilResponse == null) {
			return;
		}
		List<IntConsumer> actions;
		synchronized (this) {
			actions = this.untilResponse;
			this.untilResponse = null;
		}
		if (actions != null) {
			actions.forEach((action) -> action.accept(status));
		}
	}

	/**
	 * The plans of whoever was calling.
	 */
	private record Planned(@Nullable Principal principal, List<String> plans) {

	}

	/**
	 * A decision and the tier it was made in.
	 *
	 * @param tier name of the tier
	 * @param decision the decision
	 */
	public record TierDecision(String tier, RateLimitDecision decision) {

	}

}

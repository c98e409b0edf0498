package io.github.ratelimit.store.redis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.algorithm.Reading;
import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

/**
 * Charges counters that no single script may touch, one script after the other: those of
 * several slots of a cluster, and those of a slot that is being moved, some of which may
 * be on one node and some on another. Where a script refuses or fails, what was charged
 * before it is given back, and what comes after it only asked.
 */
final class SlotBySlot {

	private final RedisScripts scripts;

	private final RedisKeys keys;

	private final CounterChanges changes;

	SlotBySlot(RedisScripts scripts, RedisKeys keys, CounterChanges changes) {
		this.scripts = scripts;
		this.keys = keys;
		this.changes = changes;
	}

	/**
	 * Return whether a server ran nothing because the keys lie in several slots, as they
	 * always will.
	 */
	static boolean isOfSeveralSlots(Throwable error) {
		return FailedCommand.of(error).isAnswer("CROSSSLOT");
	}

	/**
	 * Return whether a server ran nothing because it does not have all keys of a slot
	 * that is being moved. One key at a time is on the one node or on the other.
	 */
	static boolean isOfMovingSlot(Throwable error) {
		return FailedCommand.of(error).isAnswer("TRYAGAIN");
	}

	/**
	 * Charge the counters of each slot together.
	 */
	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return new Run(request, slots(request)).script(0);
	}

	/**
	 * Charge each counter by itself.
	 */
	CompletionStage<RateLimitDecision> acquireOneByOne(RateLimitRequest request) {
		return new Run(request, oneByOne(request.charges())).script(0);
	}

	/**
	 * Settle the counters of each slot together.
	 */
	CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return settle(slots(settlement.request()), settlement);
	}

	private CompletionStage<Void> settle(List<List<Charge>> groups, RateLimitSettlement settlement) {
		List<CompletableFuture<Void>> settled = groups.stream()
			.map((charges) -> settleTogether(charges, settlement).toCompletableFuture())
			.toList();
		return CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new));
	}

	/**
	 * Settle counters of one slot together, or by themselves while it is being moved.
	 */
	CompletionStage<Void> settleTogether(List<Charge> charges, RateLimitSettlement settlement) {
		return this.scripts.settle(charges, settlement)
			.thenAccept((done) -> tell(charges, settlement))
			.exceptionallyCompose((error) -> (isOfMovingSlot(error) && charges.size() > 1)
					? settle(oneByOne(charges), settlement) : CompletableFuture.failedFuture(error));
	}

	private void tell(List<Charge> charges, RateLimitSettlement settlement) {
		List<Counter.Id> givenBackTo = settlement.givenBackTo();
		if (charges.size() < settlement.request().charges().size()) {
			givenBackTo.retainAll(charges.stream().map((charge) -> charge.counter().id()).toList());
		}
		if (!givenBackTo.isEmpty()) {
			this.changes.tell(new CounterChanges.Change(CounterChanges.Kind.REFUND, givenBackTo));
		}
	}

	private static List<List<Charge>> oneByOne(List<Charge> charges) {
		return charges.stream().map(List::of).toList();
	}

	private List<List<Charge>> slots(RateLimitRequest request) {
		Map<Integer, List<Charge>> slots = new LinkedHashMap<>();
		for (Charge charge : request.charges()) {
			slots.computeIfAbsent(SlotHash.getSlot(this.keys.key(charge.counter())), (slot) -> new ArrayList<>())
				.add(charge);
		}
		return List.copyOf(slots.values());
	}

	/**
	 * One request on its way through the scripts.
	 */
	private final class Run {

		private final RateLimitRequest request;

		private final List<List<Charge>> groups;

		private final List<RateLimitDecision> charged = new ArrayList<>();

		private final @Nullable Reading[] readings;

		private boolean fits = true;

		private long atMicros = -1;

		Run(RateLimitRequest request, List<List<Charge>> groups) {
			this.request = request;
			this.groups = groups;
			this.readings = new Reading[request.charges().size()];
		}

		CompletionStage<RateLimitDecision> script(int index) {
			if (index == this.groups.size()) {
				return CompletableFuture.completedFuture(decision());
			}
			List<Charge> charges = this.groups.get(index);
			CompletionStage<RedisScripts.Answer> asked = (this.fits) ? acquire(charges)
					: SlotBySlot.this.scripts.ask(charges);
			return asked.thenCompose((answer) -> {
				boolean refuses = this.fits && !answer.fits();
				note(charges, answer);
				return (refuses) ? giveBack().thenCompose((done) -> script(index + 1)) : script(index + 1);
			}).exceptionallyCompose((error) -> giveBack().thenCompose((done) -> CompletableFuture.failedFuture(error)));
		}

		/**
		 * Charge by the clock of the first script's server: the request was charged at
		 * one time, by which it is found when it is settled.
		 */
		private CompletionStage<RedisScripts.Answer> acquire(List<Charge> charges) {
			return (this.atMicros < 0) ? SlotBySlot.this.scripts.acquire(charges)
					: SlotBySlot.this.scripts.acquire(charges, this.atMicros);
		}

		private void note(List<Charge> charges, RedisScripts.Answer answer) {
			for (int i = 0; i < charges.size(); i++) {
				this.readings[this.request.charges().indexOf(charges.get(i))] = answer.readings().get(i);
			}
			this.atMicros = (this.atMicros < 0) ? answer.nowMicros() : this.atMicros;
			if (this.fits && answer.fits()) {
				this.charged.add(RedisRateLimitStore.decision(request(charges), answer));
			}
			this.fits &= answer.fits();
		}

		private RateLimitRequest request(List<Charge> charges) {
			return new RateLimitRequest(charges, this.request.failureMode());
		}

		/**
		 * Give back what was charged, once. What cannot be stays charged.
		 */
		private CompletionStage<@Nullable Void> giveBack() {
			List<CompletableFuture<@Nullable Void>> givenBack = new ArrayList<>();
			for (int i = 0; i < this.charged.size(); i++) {
				RateLimitDecision decision = this.charged.get(i);
				if (decision.chargedAt() != null) {
					List<Charge> charges = this.groups.get(i);
					RateLimitSettlement nothing = new RateLimitSettlement(request(charges), decision,
							Collections.nCopies(charges.size(), 0L));
					givenBack
						.add(settleTogether(charges, nothing).exceptionally((error) -> null).toCompletableFuture());
				}
			}
			this.charged.clear();
			return CompletableFuture.allOf(givenBack.toArray(CompletableFuture[]::new));
		}

		private RateLimitDecision decision() {
			List<LimitStatus> limits = Arrays.stream(this.readings)
				.map((reading) -> reading.status(this.fits))
				.toList();
			RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.REDIS);
			return (this.fits && !this.request.isPeek())
					? decision.chargedAt(Instant.EPOCH.plus(this.atMicros, ChronoUnit.MICROS)) : decision;
		}

	}

}

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
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.algorithm.Reading;
import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

/**
 * Charges counters of several slots of a cluster, one slot after the other: no script may
 * touch more than one. Where a slot refuses or fails, those charged before it are given
 * back, and those after it only asked.
 */
final class SlotBySlot {

	private final RedisScripts scripts;

	private final RedisKeys keys;

	SlotBySlot(RedisScripts scripts, RedisKeys keys) {
		this.scripts = scripts;
		this.keys = keys;
	}

	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return new Run(request).slot(0);
	}

	CompletionStage<Void> settle(RateLimitSettlement settlement) {
		List<CompletableFuture<Void>> settled = slots(settlement.request()).stream()
			.map((charges) -> this.scripts.settle(charges, settlement).toCompletableFuture())
			.toList();
		return CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new));
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
	 * One request on its way through the slots.
	 */
	private final class Run {

		private final RateLimitRequest request;

		private final List<List<Charge>> slots;

		private final List<RateLimitDecision> charged = new ArrayList<>();

		private final @Nullable Reading[] readings;

		private boolean fits = true;

		private long atMicros = -1;

		Run(RateLimitRequest request) {
			this.request = request;
			this.slots = slots(request);
			this.readings = new Reading[request.charges().size()];
		}

		CompletionStage<RateLimitDecision> slot(int index) {
			if (index == this.slots.size()) {
				return CompletableFuture.completedFuture(decision());
			}
			List<Charge> charges = this.slots.get(index);
			CompletionStage<RedisScripts.Answer> asked = (this.fits) ? acquire(charges)
					: SlotBySlot.this.scripts.ask(charges);
			return asked.thenCompose((answer) -> {
				boolean refuses = this.fits && !answer.fits();
				note(charges, answer);
				return (refuses) ? giveBack().thenCompose((done) -> slot(index + 1)) : slot(index + 1);
			}).exceptionallyCompose((error) -> giveBack().thenCompose((done) -> CompletableFuture.failedFuture(error)));
		}

		/**
		 * Charge by the clock of the first slot's server: the request was charged at one
		 * time, by which it is found when it is settled.
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
					List<Charge> charges = this.slots.get(i);
					RateLimitSettlement nothing = new RateLimitSettlement(request(charges), decision,
							Collections.nCopies(charges.size(), 0L));
					givenBack.add(SlotBySlot.this.scripts.settle(charges, nothing)
						.exceptionally((error) -> null)
						.toCompletableFuture());
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

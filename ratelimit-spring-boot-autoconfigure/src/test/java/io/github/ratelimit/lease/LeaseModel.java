package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

/**
 * Several instances that lease one limit from one store, in which everything that can
 * come in between does, in an order that is drawn by lot: requests and answers are late,
 * overtake each other or are lost, leases end late, instances are closed or killed, and
 * what was admitted is given back in part. Time is the model's.
 */
class LeaseModel {

	private static final int INSTANCES = 4;

	private final RandomGenerator random;

	private final Limit limit;

	private final Duration leaseTime;

	private final List<Instance> instances = new ArrayList<>();

	private final List<Runnable> messages = new ArrayList<>();

	private final List<Admission> admissions = new ArrayList<>();

	private long micros;

	private long fromLeases;

	private final RateLimitStore store;

	LeaseModel(Limit limit, RandomGenerator random) {
		this.limit = limit;
		this.random = random;
		// Just before a window of the epoch ends, and the next begins
		long window = limit.rate().windowMicros();
		this.micros = 1_000 * window - random.nextLong(window);
		this.store = InMemoryRateLimitStore.create(1000, () -> this.micros);
		LeaseTerms terms = LeaseTerms.of(limit, LeasingRateLimitStore.DEFAULT_DURATION);
		this.leaseTime = (terms != null) ? terms.duration() : Duration.ZERO;
		for (int i = 0; i < INSTANCES; i++) {
			this.instances.add(new Instance());
		}
	}

	/**
	 * Let things happen.
	 * @return what was admitted
	 */
	List<Admission> run(int steps) {
		for (int i = 0; i < steps; i++) {
			step();
		}
		while (!this.messages.isEmpty()) {
			deliver();
		}
		return this.admissions;
	}

	/**
	 * Return how many units were admitted without asking the store.
	 */
	long fromLeases() {
		return this.fromLeases;
	}

	private void step() {
		int choice = this.random.nextInt(100);
		if (choice < 45) {
			Instance instance = instance();
			int calls = 1 + this.random.nextInt(40);
			long cost = (this.random.nextInt(4) > 0) ? 1 : 1 + this.random.nextInt(4);
			boolean prompt = this.random.nextBoolean();
			for (int i = 0; i < calls; i++) {
				instance.acquire(cost);
				for (int messages = 0; prompt && messages < 4; messages++) {
					deliver();
				}
			}
		}
		else if (choice < 75) {
			for (int messages = this.random.nextInt(80); messages > 0; messages--) {
				deliver();
			}
		}
		else if (choice < 88) {
			this.micros += 1 + this.random.nextLong(this.leaseTime.toNanos() / 1000 / 4);
		}
		else if (choice < 90) {
			this.micros += this.random.nextLong(2 * this.limit.rate().windowMicros());
		}
		else if (choice < 92) {
			spendAll();
		}
		else if (choice < 95) {
			instance().timer.fire();
		}
		else if (choice < 98) {
			giveBackSome();
		}
		else {
			Instance gone = this.instances.remove(this.random.nextInt(INSTANCES));
			if (this.random.nextBoolean()) {
				// Closing waits for what is under way
				while (!this.messages.isEmpty()) {
					deliver();
				}
				gone.leases.close();
			}
			this.instances.add(new Instance());
		}
	}

	/**
	 * Use what all instances hold, and all that the store still has, at one time: late,
	 * when much has come back since it was drawn.
	 */
	private void spendAll() {
		instance().acquire(1);
		for (Instance instance : this.instances) {
			instance.acquire(1);
			while (!this.messages.isEmpty()) {
				deliver();
			}
		}
		this.micros += this.leaseTime.toNanos() / 1000 - 1;
		for (Instance instance : this.instances) {
			for (long units = this.limit.burst() / 2; units > 0; units--) {
				instance.acquire(1);
				deliver();
				deliver();
			}
		}
	}

	private Instance instance() {
		return this.instances.get(this.random.nextInt(this.instances.size()));
	}

	private void deliver() {
		if (!this.messages.isEmpty()) {
			this.messages.remove(this.random.nextInt(this.messages.size())).run();
		}
	}

	private void giveBackSome() {
		if (!this.admissions.isEmpty()) {
			int index = this.random.nextInt(this.admissions.size());
			Admission admission = this.admissions.get(index);
			if (!admission.settled() && this.instances.contains(admission.instance())) {
				long cost = this.random.nextLong(admission.cost() + 1);
				this.admissions.set(index, admission.settled(cost));
				admission.instance().leases
					.settle(new RateLimitSettlement(admission.request(), admission.decision(), List.of(cost)));
			}
		}
	}

	/**
	 * Send something to the store and the answer back, both whenever it comes to it.
	 */
	private <T> CompletionStage<T> send(Supplier<CompletionStage<T>> question) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		this.messages.add(() -> {
			if (this.random.nextInt(20) == 0) {
				answer.completeExceptionally(new TimeoutException("the request was lost"));
				return;
			}
			T decided = question.get().toCompletableFuture().join();
			this.messages.add(() -> {
				if (this.random.nextInt(20) == 0) {
					answer.completeExceptionally(new TimeoutException("the answer was lost"));
				}
				else {
					answer.complete(decided);
				}
			});
		});
		return answer;
	}

	/**
	 * Units that were admitted.
	 *
	 * @param instance by which instance
	 * @param request to what request
	 * @param decision by what decision
	 * @param micros when: by the store, when it charged them, or by a lease
	 * @param cost the units, less what was given back
	 * @param settled whether it was settled
	 */
	record Admission(Instance instance, RateLimitRequest request, RateLimitDecision decision, long micros, long cost,
			boolean settled) {

		Admission settled(long cost) {
			return new Admission(this.instance, this.request, this.decision, this.micros, cost, true);
		}

	}

	/**
	 * One instance of the application.
	 */
	final class Instance {

		private final ManualTimer timer = new ManualTimer(this::nanoTime);

		private final LeasingRateLimitStore leases = new LeasingRateLimitStore(new Distant(), () -> true,
				() -> INSTANCES, LeasingRateLimitStore.DEFAULT_DURATION, CounterChanges.NONE, this::nanoTime,
				this.timer);

		private long nanoTime() {
			return TimeUnit.MICROSECONDS.toNanos(LeaseModel.this.micros);
		}

		void acquire(long cost) {
			Counter counter = new Counter("model", "key", LeaseModel.this.limit);
			RateLimitRequest request = new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.CLOSED);
			RateLimitDecision now = this.leases.acquireNow("model", "key", LeaseModel.this.limit, cost);
			if (now != null) {
				note(request, now);
				return;
			}
			this.leases.acquire(request).thenAccept((decision) -> note(request, decision));
		}

		private void note(RateLimitRequest request, RateLimitDecision decision) {
			if (decision.allowed()) {
				LeaseModel model = LeaseModel.this;
				boolean leased = decision.source() == DecisionSource.LEASE;
				long cost = request.charges().get(0).cost();
				long at = (leased) ? model.micros : TimeUnit.SECONDS.toMicros(decision.chargedAt().getEpochSecond())
						+ decision.chargedAt().getNano() / 1000;
				model.admissions.add(new Admission(this, request, decision, at, cost, false));
				model.fromLeases += (leased) ? cost : 0;
			}
		}

	}

	/**
	 * The store, as an instance sees it.
	 */
	private final class Distant implements RateLimitStore {

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return send(() -> LeaseModel.this.store.acquire(request));
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			return send(() -> LeaseModel.this.store.settle(settlement));
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return send(() -> LeaseModel.this.store.reset(counters));
		}

	}

}

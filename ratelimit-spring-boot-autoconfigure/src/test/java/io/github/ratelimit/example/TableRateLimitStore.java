package io.github.ratelimit.example;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.TokenBucketState;
import io.github.ratelimit.example.Table.Change;
import io.github.ratelimit.example.Table.Item;

/**
 * A {@link RateLimitStore} in a table whose methods block. It counts token buckets: of
 * them five numbers are kept.
 * <p>
 * It reads, decides, and writes what follows if nobody was faster; else it begins again.
 * So each decision is made on what is there when it is written, and no more is admitted
 * than the limits allow. Time is that of the instances, whose clocks should agree: one
 * that is behind sees the time that is written.
 */
final class TableRateLimitStore implements RateLimitStore {

	private static final int MAX_ATTEMPTS = 10_000;

	private final Table table;

	private final Executor executor;

	private final InstantSource clock;

	/**
	 * Create a store.
	 * @param table where counts are kept
	 * @param executor runs what blocks
	 * @param clock the time
	 */
	TableRateLimitStore(Table table, Executor executor, InstantSource clock) {
		this.table = Objects.requireNonNull(table, "table must not be null");
		this.executor = Objects.requireNonNull(executor, "executor must not be null");
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return CompletableFuture.supplyAsync(() -> decide(request), this.executor);
	}

	private RateLimitDecision decide(RateLimitRequest request) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			List<Row> rows = read(request);
			long now = micros(this.clock.instant());
			List<Reading> readings = rows.stream().map((row) -> row.read(now)).toList();
			boolean fits = readings.stream().allMatch(Reading::fits);
			List<LimitStatus> limits = readings.stream().map((reading) -> reading.status(fits)).toList();
			RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.CUSTOM);
			if (!fits || request.isPeek()) {
				return decision;
			}
			List<Change> changes = rows.stream().filter(Row::isCharged).map((row) -> row.charge(now)).toList();
			if (this.table.write(changes)) {
				return decision.chargedAt(instant(now));
			}
		}
		throw tooManyAttempts();
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return CompletableFuture.runAsync(() -> settleNow(settlement), this.executor);
	}

	private void settleNow(RateLimitSettlement settlement) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			List<Row> rows = read(settlement.request());
			long now = micros(this.clock.instant());
			List<Change> changes = new ArrayList<>();
			for (int i = 0; i < rows.size(); i++) {
				Row row = rows.get(i);
				LimitStatus status = settlement.decision().limits().get(i);
				Charged charged = new Charged(micros(settlement.chargedAt()), row.charge().cost(),
						micros(settlement.chargedAt().plus(status.resetAfter())));
				Change change = row.settle(now, charged, settlement.costs().get(i));
				if (change != null) {
					changes.add(change);
				}
			}
			if (changes.isEmpty() || this.table.write(changes)) {
				return;
			}
		}
		throw tooManyAttempts();
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return CompletableFuture.runAsync(
				() -> this.table.delete(counters.stream().map((counter) -> TableKeys.key(counter.id())).toList()),
				this.executor);
	}

	private List<Row> read(RateLimitRequest request) {
		List<String> keys = request.charges().stream().map((charge) -> TableKeys.key(charge.counter().id())).toList();
		Map<String, Item> items = this.table.read(keys);
		List<Row> rows = new ArrayList<>();
		for (int i = 0; i < keys.size(); i++) {
			rows.add(Row.of(keys.get(i), items.get(keys.get(i)), request.charges().get(i)));
		}
		return rows;
	}

	private static IllegalStateException tooManyAttempts() {
		return new IllegalStateException("Others were faster " + MAX_ATTEMPTS + " times");
	}

	static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	static Instant instant(long micros) {
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

	static Item item(TokenBucketState state, Instant expires) {
		return new Item(UUID.randomUUID().toString(), List.of(state.atMicros(), state.spent(), state.partsPerUnit(),
				state.sinceMicros(), state.surplus(), state.capacity()), expires);
	}

	static TokenBucketState state(Item item) {
		List<Long> numbers = item.numbers();
		return new TokenBucketState(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3), numbers.get(4),
				numbers.get(5));
	}

}

package io.github.ratelimit.store.redis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.algorithm.Reading;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimitStore} in Redis, one count for all instances of an application.
 * <p>
 * A decision is one {@code EVALSHA} in one round trip, by the clock of the server,
 * whatever the number of its limits; those that come while others are under way travel
 * together, in no order that can be told. On a cluster that holds for counters of one
 * slot, as all of one key are, but while it is moved to another node; counters of several
 * slots are charged one slot after the other, and given back where a later one refuses.
 * So they never admit more than they should, and may refuse another request that comes in
 * between.
 * <p>
 * Nothing is sent twice: where an answer does not come, the request may or may not have
 * been charged. The stages complete on a thread of the client's, which must not be
 * blocked, and exceptionally at once while there is no connection or too many wait for an
 * answer.
 */
public final class RedisRateLimitStore implements RateLimitStore {

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final RedisScripts scripts;

	private final SlotBySlot slotBySlot;

	private final CounterChanges changes;

	private volatile boolean slotsApart;

	/**
	 * Create a store.
	 * @param connection the connection to use; it stays open when the store is not used
	 * any more
	 * @param application name of the application, so that two on one Redis do not share
	 * counts
	 */
	public RedisRateLimitStore(RedisConnection connection, String application) {
		this(connection, application, CounterChanges.NONE, true);
	}

	/**
	 * Create a store that tells of counters that have got units back.
	 * @param connection the connection to use; it stays open when the store is not used
	 * any more
	 * @param application name of the application
	 * @param changes who is told, when Redis has said so
	 * @param gathering whether decisions that are asked for while others are under way
	 * travel together
	 */
	public RedisRateLimitStore(RedisConnection connection, String application, CounterChanges changes,
			boolean gathering) {
		this(connection, application, changes, null, (gathering) ? Gathering.on() : Gathering.off());
	}

	/**
	 * Create a store with a clock of the caller's.
	 * @param microTime the time in microseconds since the epoch
	 */
	RedisRateLimitStore(RedisConnection connection, String application, LongSupplier microTime) {
		this(connection, application, CounterChanges.NONE, microTime, Gathering.on());
	}

	RedisRateLimitStore(RedisConnection connection, String application, CounterChanges changes,
			@Nullable LongSupplier microTime, Gathering gathering) {
		this.connection = Objects.requireNonNull(connection, "connection must not be null");
		this.keys = new RedisKeys(Objects.requireNonNull(application, "application must not be null"));
		this.scripts = new RedisScripts(connection, this.keys, microTime, gathering);
		this.changes = Objects.requireNonNull(changes, "changes must not be null");
		this.slotBySlot = new SlotBySlot(this.scripts, this.keys, changes);
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		try {
			if (this.slotsApart && request.charges().size() > 1) {
				return acquireSlotBySlot(request);
			}
			return this.scripts.acquire(request.charges(), (answer) -> decision(request, answer),
					(error) -> (isOfSeveralSlots(error)) ? acquireSlotBySlot(request)
							: acquireOneByOneIfMoving(request, error));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletionStage<RateLimitDecision> acquireSlotBySlot(RateLimitRequest request) {
		return this.slotBySlot.acquire(request)
			.exceptionallyCompose((error) -> acquireOneByOneIfMoving(request, error));
	}

	private CompletionStage<RateLimitDecision> acquireOneByOneIfMoving(RateLimitRequest request, Throwable error) {
		return (SlotBySlot.isOfMovingSlot(error)) ? this.slotBySlot.acquireOneByOne(request)
				: CompletableFuture.failedFuture(error);
	}

	/**
	 * Return whether a server refused to run something because its keys lie in several
	 * slots. It is then not asked again.
	 */
	private boolean isOfSeveralSlots(Throwable error) {
		boolean several = SlotBySlot.isOfSeveralSlots(error);
		this.slotsApart |= several;
		return several;
	}

	static RateLimitDecision decision(RateLimitRequest request, RedisScripts.Answer answer) {
		if (answer.readings().size() == 1 && !request.isPeek()) {
			return answer.readings().get(0).decision(DecisionSource.REDIS, answer.nowMicros());
		}
		boolean charged = answer.fits();
		List<LimitStatus> limits = new ArrayList<>(answer.readings().size());
		for (Reading reading : answer.readings()) {
			limits.add(reading.status(charged));
		}
		RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.REDIS);
		return (charged && !request.isPeek())
				? decision.chargedAt(Instant.EPOCH.plus(answer.nowMicros(), ChronoUnit.MICROS)) : decision;
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		try {
			if (this.slotsApart && settlement.request().charges().size() > 1) {
				return this.slotBySlot.settle(settlement);
			}
			return this.slotBySlot.settleTogether(settlement.request().charges(), settlement);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		try {
			byte[][] names = counters.stream().map(this.keys::key).toArray(byte[][]::new);
			return delete(names)
				.exceptionallyCompose((error) -> (SlotBySlot.isOfMovingSlot(error) && names.length > 1)
						? deleteOneByOne(names) : CompletableFuture.failedFuture(error))
				.thenAccept((done) -> this.changes.tell(new CounterChanges.Change(CounterChanges.Kind.RESET,
						counters.stream().map(Counter::id).toList())));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletionStage<Void> delete(byte[]... names) {
		return this.connection.send((redis) -> redis.del(names)).thenApply((deleted) -> null);
	}

	private CompletionStage<Void> deleteOneByOne(byte[]... names) {
		return CompletableFuture.allOf(Arrays.stream(names)
			.map((name) -> delete(name).toCompletableFuture())
			.toArray(CompletableFuture[]::new));
	}

	@Override
	public StoreStatus status() {
		return this.connection.status();
	}

}

package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.DamagedCounterException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.Reading;
import org.jspecify.annotations.Nullable;

/**
 * Decisions and settlements as calls of scripts, one call for each. Safe for use by many
 * threads.
 */
final class RedisScripts {

	/**
	 * An application has few limits; one that makes up limits without end has them worked
	 * out anew beyond these.
	 */
	private static final int MAX_LIMITS = 1000;

	private static final byte[] SERVER_TIME = {};

	private static final byte[] ASK = "ask".getBytes(StandardCharsets.US_ASCII);

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final @Nullable LongSupplier microTime;

	private final Map<Limit, ScriptedLimit> limits = new ConcurrentHashMap<>();

	private final Map<List<ScriptPart>, LuaScript> acquireScripts = new ConcurrentHashMap<>();

	private final Map<List<ScriptPart>, LuaScript> settleScripts = new ConcurrentHashMap<>();

	/**
	 * Create the calls.
	 * @param microTime the time in microseconds since the epoch, {@code null} for that of
	 * the server
	 */
	RedisScripts(RedisConnection connection, RedisKeys keys, @Nullable LongSupplier microTime) {
		this.connection = connection;
		this.keys = keys;
		this.microTime = microTime;
	}

	/**
	 * Make all charges, or none.
	 */
	CompletionStage<Answer> acquire(List<Charge> charges) {
		return acquire(charges, time(), new byte[0][], aboutNow(), true);
	}

	/**
	 * Make all charges, or none, at a time that another server told.
	 */
	CompletionStage<Answer> acquire(List<Charge> charges, long atMicros) {
		return acquire(charges, ScriptNumbers.argument(atMicros), new byte[0][], atMicros, true);
	}

	/**
	 * Ask whether charges fit, without making them.
	 */
	CompletionStage<Answer> ask(List<Charge> charges) {
		return acquire(charges, time(), new byte[][] { ASK }, aboutNow(), true);
	}

	private CompletionStage<Answer> acquire(List<Charge> charges, byte[] time, byte[][] flags, long aboutMicros,
			boolean again) {
		List<ScriptedLimit> scripted = new ArrayList<>(charges.size());
		List<byte[]> arguments = new ArrayList<>(8);
		arguments.add(time);
		for (Charge charge : charges) {
			ScriptedLimit limit = scripted(charge.counter().limit());
			limit.addAcquireArguments(arguments, charge.cost(), aboutMicros);
			scripted.add(limit);
		}
		arguments.addAll(List.of(flags));
		LuaScript script = script("acquire.lua", this.acquireScripts,
				scripted.stream().map(ScriptedLimit::acquirePart).toList());
		return run(script, charges, arguments).thenCompose((reply) -> {
			ByteBuffer figures = ByteBuffer.wrap(reply);
			long now = ScriptNumbers.next(figures);
			if (figures.hasRemaining()) {
				return CompletableFuture.completedFuture(Answer.read(now, figures, scripted, charges));
			}
			// The clocks differ by more than a window of the calendar
			return (again) ? acquire(charges, time, flags, now, false) : CompletableFuture
				.failedFuture(new IllegalStateException("Redis cannot tell windows of the calendar at " + now));
		});
	}

	CompletionStage<Void> settle(List<Charge> charges, RateLimitSettlement settlement) {
		List<ScriptPart> parts = new ArrayList<>(charges.size());
		List<byte[]> arguments = new ArrayList<>(8);
		arguments.add(time());
		for (Charge charge : charges) {
			int index = settlement.request().charges().indexOf(charge);
			Duration resetAfter = settlement.decision().limits().get(index).resetAfter();
			ScriptedLimit limit = scripted(charge.counter().limit());
			limit.addSettleArguments(arguments, Charged.of(settlement.chargedAt(), charge.cost(), resetAfter),
					settlement.costs().get(index));
			parts.add(limit.settlePart());
		}
		return run(script("settle.lua", this.settleScripts, parts), charges, arguments).thenApply((reply) -> null);
	}

	private byte[] time() {
		return (this.microTime != null) ? ScriptNumbers.argument(this.microTime.getAsLong()) : SERVER_TIME;
	}

	private long aboutNow() {
		return (this.microTime != null) ? this.microTime.getAsLong()
				: ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private ScriptedLimit scripted(Limit limit) {
		ScriptedLimit known = this.limits.get(limit);
		if (known != null) {
			return known;
		}
		ScriptedLimit created = ScriptedLimit.of(limit);
		if (this.limits.size() < MAX_LIMITS) {
			this.limits.put(limit, created);
		}
		return created;
	}

	private static LuaScript script(String frame, Map<List<ScriptPart>, LuaScript> scripts, List<ScriptPart> parts) {
		LuaScript known = scripts.get(parts);
		return (known != null) ? known : scripts.computeIfAbsent(parts, (key) -> ScriptPart.script(frame, key));
	}

	private CompletionStage<byte[]> run(LuaScript script, List<Charge> charges, List<byte[]> arguments) {
		byte[][] names = new byte[charges.size()][];
		for (int i = 0; i < names.length; i++) {
			names[i] = this.keys.key(charges.get(i).counter());
		}
		byte[][] all = arguments.toArray(byte[][]::new);
		return this.connection.send((redis) -> script.run(redis, names, all)).exceptionallyCompose((error) -> {
			FailedCommand failed = FailedCommand.of(error);
			return CompletableFuture.failedFuture((failed.isOfKeys()) ? damaged(failed.cause()) : error);
		});
	}

	private static DamagedCounterException damaged(Throwable cause) {
		return new DamagedCounterException("Redis cannot count with what it keeps: " + cause.getMessage(), cause);
	}

	/**
	 * What was seen of counters, before they were charged if they were.
	 *
	 * @param nowMicros when, by the clock of the server
	 * @param readings what their limits say, in order
	 */
	record Answer(long nowMicros, List<Reading> readings) {

		private static Answer read(long now, ByteBuffer figures, List<ScriptedLimit> limits, List<Charge> charges) {
			List<Reading> readings = new ArrayList<>(limits.size());
			for (int i = 0; i < limits.size(); i++) {
				readings.add(limits.get(i).read(figures, charges.get(i).cost()));
			}
			return new Answer(now, readings);
		}

		boolean fits() {
			for (Reading reading : this.readings) {
				if (!reading.fits()) {
					return false;
				}
			}
			return true;
		}

	}

}

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
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.DamagedCounterException;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.PerLimit;
import io.github.ratelimit.algorithm.Reading;
import io.lettuce.core.RedisException;
import org.jspecify.annotations.Nullable;

/**
 * Decisions and settlements as calls of scripts, one call for each. Safe for use by many
 * threads.
 */
final class RedisScripts {

	private static final byte[] SERVER_TIME = {};

	private static final byte[] ASK = "ask".getBytes(StandardCharsets.US_ASCII);

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final @Nullable LongSupplier microTime;

	private final PerLimit<ScriptedLimit> limits = new PerLimit<>(ScriptedLimit::of);

	private final Map<List<ScriptPart>, ScriptKind> kinds = new ConcurrentHashMap<>();

	private final Map<List<ScriptPart>, LuaScript> settleScripts = new ConcurrentHashMap<>();

	private final Gathering gathering;

	/**
	 * Create the calls.
	 * @param microTime the time in microseconds since the epoch, {@code null} for that of
	 * the server
	 * @param gathering how calls travel together
	 */
	RedisScripts(RedisConnection connection, RedisKeys keys, @Nullable LongSupplier microTime, Gathering gathering) {
		this.connection = connection;
		this.keys = keys;
		this.microTime = microTime;
		this.gathering = gathering;
	}

	/**
	 * Make all charges, or none.
	 * @param reader makes of the answer what is wanted of it
	 * @param otherwise gives that where there is none, and is told why
	 */
	<T> CompletionStage<T> acquire(List<Charge> charges, Function<Answer, T> reader,
			Function<Throwable, CompletionStage<T>> otherwise) {
		return acquire(charges, time(), aboutNow(), reader, otherwise, true);
	}

	/**
	 * Make all charges, or none.
	 */
	CompletionStage<Answer> acquire(List<Charge> charges) {
		return acquire(charges, Function.identity(), CompletableFuture::failedFuture);
	}

	/**
	 * Make all charges, or none, at a time that another server told.
	 */
	CompletionStage<Answer> acquire(List<Charge> charges, long atMicros) {
		return acquire(charges, ScriptNumbers.argument(atMicros), atMicros, Function.identity(),
				CompletableFuture::failedFuture, true);
	}

	private <T> CompletionStage<T> acquire(List<Charge> charges, byte[] time, long aboutMicros,
			Function<Answer, T> reader, Function<Throwable, CompletionStage<T>> otherwise, boolean again) {
		List<ScriptedLimit> limits = scripted(charges);
		return send(limits,
				new ScriptCall<>(names(charges), arguments(limits, charges, time, aboutMicros, 0),
						this.gathering.nanoTime().getAsLong() + this.connection.timeout().toNanos(),
						(reply) -> reader.apply(Answer.read(reply, limits, charges)),
						(error) -> (again && error instanceof UnknownWindowsException unknown)
								? acquire(charges, time, unknown.nowMicros, reader, otherwise, false)
								: otherwise.apply(told(error))));
	}

	private <T> CompletionStage<T> send(List<ScriptedLimit> limits, ScriptCall<T> call) {
		try {
			kind(limits).add(call);
		}
		catch (RedisException ex) {
			call.fail(ex);
		}
		return call;
	}

	/**
	 * Ask whether charges fit, without making them.
	 */
	CompletionStage<Answer> ask(List<Charge> charges) {
		return ask(charges, aboutNow(), true);
	}

	private CompletionStage<Answer> ask(List<Charge> charges, long aboutMicros, boolean again) {
		List<ScriptedLimit> limits = scripted(charges);
		byte[][] arguments = arguments(limits, charges, time(), aboutMicros, 1);
		arguments[arguments.length - 1] = ASK;
		return run(kind(limits).single(), charges, arguments).thenApply((reply) -> Answer.read(reply, limits, charges))
			.exceptionallyCompose((error) -> (again && error.getCause() instanceof UnknownWindowsException unknown)
					? ask(charges, unknown.nowMicros, false) : failed(error));
	}

	private List<ScriptedLimit> scripted(List<Charge> charges) {
		if (charges.size() == 1) {
			return List.of(this.limits.of(charges.get(0).counter().limit()));
		}
		List<ScriptedLimit> scripted = new ArrayList<>(charges.size());
		for (Charge charge : charges) {
			scripted.add(this.limits.of(charge.counter().limit()));
		}
		return scripted;
	}

	private static byte[][] arguments(List<ScriptedLimit> limits, List<Charge> charges, byte[] time, long aboutMicros,
			int more) {
		byte[][] arguments = new byte[1 + charges.size() + more][];
		arguments[0] = time;
		for (int i = 0; i < charges.size(); i++) {
			arguments[i + 1] = limits.get(i).acquireArgument(charges.get(i).cost(), aboutMicros);
		}
		return arguments;
	}

	private ScriptKind kind(List<ScriptedLimit> limits) {
		List<ScriptPart> parts = (limits.size() == 1) ? limits.get(0).acquireParts()
				: limits.stream().map(ScriptedLimit::acquirePart).toList();
		ScriptKind known = this.kinds.get(parts);
		return (known != null) ? known
				: this.kinds.computeIfAbsent(parts, (key) -> new ScriptKind(key, this.connection, this.gathering));
	}

	CompletionStage<Void> settle(List<Charge> charges, RateLimitSettlement settlement) {
		List<ScriptPart> parts = new ArrayList<>(charges.size());
		List<byte[]> arguments = new ArrayList<>(8);
		arguments.add(time());
		for (Charge charge : charges) {
			int index = settlement.request().charges().indexOf(charge);
			Duration resetAfter = settlement.decision().limits().get(index).resetAfter();
			ScriptedLimit limit = this.limits.of(charge.counter().limit());
			limit.addSettleArguments(arguments, Charged.of(settlement.chargedAt(), charge.cost(), resetAfter),
					settlement.costs().get(index));
			parts.add(limit.settlePart());
		}
		CompletionStage<byte[]> reply = run(settleScript(parts), charges, arguments.toArray(byte[][]::new));
		return reply.<Void>thenApply((done) -> null).exceptionallyCompose(RedisScripts::failed);
	}

	private byte[] time() {
		return (this.microTime != null) ? ScriptNumbers.argument(this.microTime.getAsLong()) : SERVER_TIME;
	}

	private long aboutNow() {
		return (this.microTime != null) ? this.microTime.getAsLong()
				: ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private LuaScript settleScript(List<ScriptPart> parts) {
		LuaScript known = this.settleScripts.get(parts);
		return (known != null) ? known : this.settleScripts.computeIfAbsent(parts, ScriptComposer::settle);
	}

	private CompletionStage<byte[]> run(LuaScript script, List<Charge> charges, byte[][] arguments) {
		byte[][] names = names(charges);
		return this.connection.send((redis) -> script.run(redis, names, arguments));
	}

	private byte[][] names(List<Charge> charges) {
		byte[][] names = new byte[charges.size()][];
		for (int i = 0; i < names.length; i++) {
			names[i] = this.keys.key(charges.get(i).counter());
		}
		return names;
	}

	private static <T> CompletionStage<T> failed(Throwable error) {
		return CompletableFuture.failedFuture(told(error));
	}

	private static Throwable told(Throwable error) {
		FailedCommand failed = FailedCommand.of(error);
		return (failed.isOfKeys()) ? damaged(failed.cause()) : error;
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

		private static Answer read(byte[] reply, List<ScriptedLimit> limits, List<Charge> charges) {
			ByteBuffer figures = ByteBuffer.wrap(reply);
			long now = ScriptNumbers.next(figures);
			if (!figures.hasRemaining()) {
				throw new UnknownWindowsException(now);
			}
			if (limits.size() == 1) {
				return new Answer(now, List.of(limits.get(0).read(figures, charges.get(0).cost())));
			}
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

	/**
	 * Tells that the clocks differ by more than a window of the calendar.
	 */
	private static final class UnknownWindowsException extends IllegalStateException {

		private final long nowMicros;

		UnknownWindowsException(long nowMicros) {
			super("Redis cannot tell windows of the calendar at " + nowMicros);
			this.nowMicros = nowMicros;
		}

	}

}

package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one kind on their way to Redis. While few batches are under way, for how far
 * it is, a call is sent at once, alone. Others wait, without a timer, until a batch comes
 * back or they fill one, and travel together. Safe for use by many threads.
 * <p>
 * Each call has its own answer, its own error, and its own deadline: one that has waited
 * longer is not sent any more. A call is counted by its connection from when it comes
 * until it is answered.
 */
final class ScriptLane {

	/**
	 * What no time begins with, which takes 53 bits.
	 */
	private static final byte ERROR_MARK = '-';

	private final RedisConnection connection;

	private final ScriptKind kind;

	private final Gathering gathering;

	private final Lock lock = new ReentrantLock();

	/**
	 * Fewer than fill a batch.
	 */
	private final Queue<ScriptCall<?>> waiting = new ArrayDeque<>();

	private final RoundTrips roundTrips = new RoundTrips();

	private int batches;

	private boolean sendingWaiting;

	ScriptLane(RedisConnection connection, ScriptKind kind, Gathering gathering) {
		this.connection = connection;
		this.kind = kind;
		this.gathering = gathering;
	}

	/**
	 * Send a call, or have it wait to be sent. Who fills a batch sends it: a thread that
	 * sends calls of others sends its own among them, or is one of the client's. What is
	 * observed on a thread is taken to be of what it sends.
	 * @throws RedisException if there is no connection, or too many calls wait already
	 */
	void add(ScriptCall<?> call) {
		this.connection.begin();
		List<ScriptCall<?>> late = new ArrayList<>(0);
		send(takeWith(call, late));
		endLate(late);
	}

	private List<ScriptCall<?>> takeWith(ScriptCall<?> call, List<ScriptCall<?>> late) {
		this.lock.lock();
		try {
			if (this.waiting.isEmpty() && mayBeSent()) {
				this.batches++;
				return List.of(call);
			}
			this.waiting.add(call);
			return (mayBeSent() || this.waiting.size() >= this.gathering.calls()) ? takeWaiting(late) : List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean mayBeSent() {
		return this.batches < this.gathering.batches(this.roundTrips.fastest());
	}

	private List<ScriptCall<?>> takeWaiting(List<ScriptCall<?>> late) {
		List<ScriptCall<?>> taken = new ArrayList<>(this.waiting.size());
		long nanos = this.gathering.nanoTime().getAsLong();
		for (ScriptCall<?> call : this.waiting) {
			(call.isLate(nanos) ? late : taken).add(call);
		}
		this.waiting.clear();
		if (!taken.isEmpty()) {
			this.batches++;
		}
		return taken;
	}

	/**
	 * Note a batch that came back, and send what waits.
	 */
	private void cameBack(long sentNanos, @Nullable Throwable error) {
		long nanos = this.gathering.nanoTime().getAsLong() - sentNanos;
		this.lock.lock();
		try {
			this.batches--;
			if (error == null) {
				this.roundTrips.note(nanos);
			}
			if (this.sendingWaiting) {
				return;
			}
			this.sendingWaiting = true;
		}
		finally {
			this.lock.unlock();
		}
		sendWaiting();
	}

	/**
	 * Go on until nothing may be sent: what cannot be sent comes back at once, to this
	 * thread.
	 */
	private void sendWaiting() {
		List<ScriptCall<?>> late = new ArrayList<>(0);
		try {
			List<ScriptCall<?>> batch = takeIfAllowed(late);
			while (!batch.isEmpty()) {
				send(batch);
				batch = takeIfAllowed(late);
			}
		}
		catch (Error ex) {
			stopSendingWaiting();
			throw ex;
		}
		endLate(late);
	}

	/**
	 * Let the next that comes back send what waits: nobody would, after an error of the
	 * virtual machine.
	 */
	private void stopSendingWaiting() {
		this.lock.lock();
		try {
			this.sendingWaiting = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<ScriptCall<?>> takeIfAllowed(List<ScriptCall<?>> late) {
		this.lock.lock();
		try {
			List<ScriptCall<?>> taken = (mayBeSent() && !this.waiting.isEmpty()) ? takeWaiting(late) : List.of();
			this.sendingWaiting = !taken.isEmpty();
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void endLate(List<ScriptCall<?>> late) {
		late.forEach((call) -> end(call, null,
				new RedisCommandTimeoutException("Not sent: others were under way until its deadline had passed")));
	}

	private void send(List<ScriptCall<?>> batch) {
		long sentNanos = this.gathering.nanoTime().getAsLong();
		if (batch.size() == 1 && this.gathering.alone()) {
			sendSingly(batch.get(0), (error) -> cameBack(sentNanos, error));
		}
		else if (!batch.isEmpty()) {
			sendTogether(batch, (error) -> cameBack(sentNanos, error));
		}
	}

	private void sendSingly(ScriptCall<?> call, Consumer<@Nullable Throwable> back) {
		send(this.kind.single(), ScriptOutputType.VALUE, call.keys(), call.arguments(),
				(byte @Nullable [] answer, @Nullable Throwable error) -> {
					try {
						back.accept(error);
					}
					finally {
						end(call, answer, error);
					}
				});
	}

	/**
	 * What comes back sends the next batch before anybody is told of this one, who may
	 * take a while.
	 */
	private void sendTogether(List<ScriptCall<?>> batch, Consumer<@Nullable Throwable> back) {
		send(this.kind.gathered(), ScriptOutputType.MULTI, joined(batch, ScriptCall::keys),
				joined(batch, ScriptCall::arguments), (@Nullable List<byte[]> answers, @Nullable Throwable error) -> {
					try {
						back.accept(error);
					}
					finally {
						end(batch, answers, error);
					}
				});
	}

	private static byte[][] joined(List<ScriptCall<?>> batch, Function<ScriptCall<?>, byte[][]> part) {
		int each = part.apply(batch.get(0)).length;
		byte[][] joined = new byte[batch.size() * each][];
		for (int i = 0; i < batch.size(); i++) {
			System.arraycopy(part.apply(batch.get(i)), 0, joined, i * each, each);
		}
		return joined;
	}

	private <T> void send(LuaScript script, ScriptOutputType output, byte[][] keys, byte[][] arguments,
			BiConsumer<@Nullable T, @Nullable Throwable> back) {
		try {
			script.run(this.connection.commands(), output, keys, arguments, back);
		}
		catch (RuntimeException ex) {
			back.accept(null, ex);
		}
	}

	private void end(List<ScriptCall<?>> batch, @Nullable List<byte[]> answers, @Nullable Throwable error) {
		if (error != null && isOfTheOthers(error)) {
			this.kind.gatheredTooMuch(error);
			batch.forEach((call) -> sendSingly(call, (unsent) -> {
			}));
			return;
		}
		if (answers == null || answers.size() != batch.size()) {
			Throwable cause = (error != null) ? error
					: new RedisException("Redis did not answer each decision of a batch");
			batch.forEach((call) -> end(call, null, cause));
			return;
		}
		for (int i = 0; i < batch.size(); i++) {
			byte[] answer = answers.get(i);
			RedisException failed = error(answer);
			end(batch.get(i), (failed != null) ? null : answer, failed);
		}
	}

	/**
	 * Return whether a server ran nothing of a batch, and may run each call of it.
	 */
	private static boolean isOfTheOthers(Throwable error) {
		return SlotBySlot.isOfSeveralSlots(error) || SlotBySlot.isOfMovingSlot(error);
	}

	private static @Nullable RedisException error(byte[] answer) {
		if (answer.length == 0 || answer[0] != ERROR_MARK) {
			return null;
		}
		String message = new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8);
		// As the server says where a script fails, if it does not catch it
		return new RedisCommandExecutionException((message.startsWith("user_script:")) ? "ERR " + message : message);
	}

	/**
	 * Tell of a call. Who is told may fail, and keeps nobody else from being told.
	 */
	private void end(ScriptCall<?> call, byte @Nullable [] answer, @Nullable Throwable error) {
		this.connection.end(error);
		call.end(answer, error);
	}

}

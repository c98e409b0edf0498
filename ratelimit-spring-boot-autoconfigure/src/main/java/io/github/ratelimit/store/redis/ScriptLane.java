package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one kind on their way to Redis. While few batches are under way a call is sent
 * at once, alone. Others wait, without a timer, until a batch comes back, and travel
 * together in the next. Safe for use by many threads.
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
	 * Empty while further batches may be sent.
	 */
	private final Queue<ScriptCall> waiting = new ArrayDeque<>();

	private int batches;

	ScriptLane(RedisConnection connection, ScriptKind kind, Gathering gathering) {
		this.connection = connection;
		this.kind = kind;
		this.gathering = gathering;
	}

	/**
	 * Send a call, or have it wait to be sent.
	 * @throws RedisException if there is no connection, or too many calls wait already
	 */
	void add(ScriptCall call) {
		this.connection.begin();
		if (mayBeSent(call)) {
			sendAlone(call);
		}
	}

	private boolean mayBeSent(ScriptCall call) {
		this.lock.lock();
		try {
			if (this.batches < this.gathering.batches()) {
				this.batches++;
				return true;
			}
			this.waiting.add(call);
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Send what waits, in place of a batch that came back. So no thread sends calls of
	 * others but the client's: what is observed on a thread is taken to be of what it
	 * sends.
	 */
	private void sendWaiting() {
		List<ScriptCall> late = new ArrayList<>(0);
		List<ScriptCall> batch = takeWaiting(late);
		if (batch.size() == 1) {
			sendAlone(batch.get(0));
		}
		else if (!batch.isEmpty()) {
			sendTogether(batch);
		}
		late.forEach((call) -> end(call, null,
				new RedisCommandTimeoutException("Not sent: others were under way until its deadline had passed")));
	}

	private List<ScriptCall> takeWaiting(List<ScriptCall> late) {
		List<ScriptCall> taken = new ArrayList<>();
		long nanos = this.gathering.nanoTime().getAsLong();
		this.lock.lock();
		try {
			while (taken.size() < this.gathering.calls() && !this.waiting.isEmpty()) {
				ScriptCall call = this.waiting.remove();
				(call.isLate(nanos) ? late : taken).add(call);
			}
			if (taken.isEmpty()) {
				this.batches--;
			}
		}
		finally {
			this.lock.unlock();
		}
		return taken;
	}

	private void sendAlone(ScriptCall call) {
		if (this.gathering.alone()) {
			sendSingly(call, this::sendWaiting);
		}
		else {
			sendTogether(List.of(call));
		}
	}

	private void sendSingly(ScriptCall call, Runnable back) {
		send(this.kind.single(), ScriptOutputType.VALUE, call.keys(), call.arguments(),
				(byte @Nullable [] answer, @Nullable Throwable error) -> {
					try {
						back.run();
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
	private void sendTogether(List<ScriptCall> batch) {
		send(this.kind.gathered(), ScriptOutputType.MULTI, joined(batch, ScriptCall::keys),
				joined(batch, ScriptCall::arguments), (@Nullable List<byte[]> answers, @Nullable Throwable error) -> {
					try {
						sendWaiting();
					}
					finally {
						end(batch, answers, error);
					}
				});
	}

	private static byte[][] joined(List<ScriptCall> batch, Function<ScriptCall, byte[][]> part) {
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

	private void end(List<ScriptCall> batch, @Nullable List<byte[]> answers, @Nullable Throwable error) {
		if (error != null && isOfTheOthers(error)) {
			this.kind.gatheredTooMuch(error);
			batch.forEach((call) -> sendSingly(call, () -> {
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
	private void end(ScriptCall call, byte @Nullable [] answer, @Nullable Throwable error) {
		this.connection.end(error);
		if (error != null) {
			call.completeExceptionally(error);
		}
		else {
			call.complete(answer);
		}
	}

}

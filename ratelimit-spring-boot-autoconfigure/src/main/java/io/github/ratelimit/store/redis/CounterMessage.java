package io.github.ratelimit.store.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import org.jspecify.annotations.Nullable;

/**
 * What one instance tells the others of counters: a version, who tells, and for each kind
 * of change the counters, or none of them if it may be any. It says no more of a counter
 * than its name in Redis does.
 *
 * @param sender who tells
 * @param changes what has changed
 */
record CounterMessage(long sender, List<CounterChanges.Change> changes) {

	private static final int VERSION = 1;

	/**
	 * Characters of a counter that are sent. What was made longer by somebody is told as
	 * any counter.
	 */
	private static final int MAX_LENGTH = 512;

	private static final CounterChanges.Kind[] KINDS = CounterChanges.Kind.values();

	private static final Algorithm[] ALGORITHMS = Algorithm.values();

	/**
	 * Return whether a counter is short enough to be named.
	 */
	static boolean isNamed(Counter.Id counter) {
		return counter.name().length() + counter.key().length() + counter.limit().length() <= MAX_LENGTH;
	}

	byte[] write() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(VERSION);
			out.writeLong(this.sender);
			out.writeByte(this.changes.size());
			for (CounterChanges.Change change : this.changes) {
				out.writeByte(change.kind().ordinal());
				write(change.counters(), out);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(Collection<Counter.Id> counters, DataOutputStream out) throws IOException {
		out.writeShort(counters.size());
		for (Counter.Id counter : counters) {
			out.writeByte(counter.algorithm().ordinal());
			// Its UTF-8 keeps surrogates that have no partner
			out.writeUTF(counter.name());
			out.writeUTF(counter.key());
			out.writeUTF(counter.limit());
		}
	}

	/**
	 * Return what a message says, {@code null} if it is not understood: a later version
	 * may say more.
	 */
	static @Nullable CounterMessage read(byte[] message) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(message))) {
			if (in.readByte() != VERSION) {
				return null;
			}
			long sender = in.readLong();
			List<CounterChanges.Change> changes = new ArrayList<>();
			for (int left = in.readUnsignedByte(); left > 0; left--) {
				changes.add(new CounterChanges.Change(KINDS[in.readUnsignedByte()], counters(in)));
			}
			return new CounterMessage(sender, changes);
		}
		catch (IOException | ArrayIndexOutOfBoundsException ex) {
			return null;
		}
	}

	private static List<Counter.Id> counters(DataInputStream in) throws IOException {
		List<Counter.Id> counters = new ArrayList<>();
		for (int left = in.readUnsignedShort(); left > 0; left--) {
			Algorithm algorithm = ALGORITHMS[in.readUnsignedByte()];
			counters.add(new Counter.Id(in.readUTF(), in.readUTF(), in.readUTF(), algorithm));
		}
		return counters;
	}

}

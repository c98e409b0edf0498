package io.github.ratelimit.algorithm;

import java.util.Arrays;

/**
 * When the units of a key were admitted: one entry for each time, with the units that
 * were admitted before it since the log began. Immutable; a log shares all but its last
 * chunk of entries with the one it was made from, so that an entry more costs the same
 * however many there are.
 */
public final class AdmissionLog implements LimitState {

	/**
	 * Entries of a full chunk.
	 */
	static final int CHUNK = 32;

	/**
	 * Units that can be told apart in an entry of the log in Redis.
	 */
	static final long MAX_UNITS = (1L << 19) - 1;

	/**
	 * Later entries that are rewritten at most when one is settled: each of them takes
	 * time, in which Redis does nothing else.
	 */
	static final int MAX_LATER = 1024;

	private static final Chunk[] NO_CHUNKS = {};

	static final AdmissionLog EMPTY = new AdmissionLog(NO_CHUNKS, 0, Long.MIN_VALUE, 0, 0, Long.MIN_VALUE, 0);

	private final Chunk[] chunks;

	/**
	 * Entries at the beginning of the first chunk that are forgotten.
	 */
	private final int forgotten;

	private final long atMicros;

	private final long total;

	private final long keptMicros;

	private final long keptForMicros;

	private final long keptUnits;

	private AdmissionLog(Chunk[] chunks, int forgotten, long atMicros, long total, long keptMicros, long keptForMicros,
			long keptUnits) {
		this.chunks = chunks;
		this.forgotten = forgotten;
		this.atMicros = atMicros;
		this.total = total;
		this.keptMicros = keptMicros;
		this.keptForMicros = keptForMicros;
		this.keptUnits = keptUnits;
	}

	@Override
	public long atMicros() {
		return this.atMicros;
	}

	/**
	 * Return how many units were admitted after a time.
	 */
	long usedSince(long micros) {
		int entry = firstAfter(micros);
		return (entry < size()) ? this.total - before(entry) : 0;
	}

	/**
	 * Return when the last unit was admitted that is not among the given number of last
	 * ones. There must be more.
	 */
	long lastBefore(long units) {
		return time(firstWithin(units) - 1);
	}

	/**
	 * Return the first entry that is among the given number of last units.
	 */
	private int firstWithin(long units) {
		int low = 0;
		int high = size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.total - before(middle) <= units) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	/**
	 * Return the log after an admission.
	 * @param windowMicros how far back it is looked at. A longer time that it was looked
	 * at before is kept to, until nobody has for as long, as far as the units since then
	 * can be told apart and are decisive
	 * @param quota units that may be admitted in that time
	 */
	AdmissionLog plus(long micros, long units, long windowMicros, long quota) {
		boolean anew = micros - this.keptForMicros > this.keptMicros;
		boolean longest = anew || windowMicros >= this.keptMicros;
		long kept = (longest) ? windowMicros : this.keptMicros;
		long keptFor = (longest) ? micros : this.keptForMicros;
		long most = (anew) ? quota : Math.max(this.keptUnits, quota);
		int first = firstAfter(micros - kept);
		if (kept > windowMicros) {
			// Before the last units of the largest quota nothing is decisive
			first = Math.max(first, firstWithin(most - 1) - 1);
		}
		first = Math.max(first, firstWithin(MAX_UNITS - units));
		if (first == size()) {
			return new AdmissionLog(append(NO_CHUNKS, micros, this.total), 0, micros, this.total + units, kept, keptFor,
					most);
		}
		int gone = chunkOf(first);
		Chunk[] rest = (gone == 0) ? this.chunks : Arrays.copyOfRange(this.chunks, gone, this.chunks.length);
		Chunk[] next = (micros == time(size() - 1)) ? rest : append(rest, micros, this.total);
		return new AdmissionLog(next, placeOf(first) % CHUNK, micros, this.total + units, kept, keptFor, most);
	}

	private static Chunk[] append(Chunk[] chunks, long micros, long before) {
		int last = chunks.length - 1;
		if (last < 0 || chunks[last].times.length == CHUNK) {
			Chunk[] next = Arrays.copyOf(chunks, chunks.length + 1);
			next[last + 1] = new Chunk(new long[] { micros }, new long[] { before });
			return next;
		}
		Chunk[] next = chunks.clone();
		next[last] = chunks[last].plus(micros, before);
		return next;
	}

	/**
	 * Return the log with more or fewer units admitted at a time, but not fewer than
	 * none. Without an entry for that time, nothing changes. Where very many came later,
	 * nothing is given back, and what is more is charged to the newest.
	 */
	AdmissionLog adjust(long micros, long units) {
		int entry = firstAfter(micros - 1);
		if (entry >= size() || time(entry) != micros) {
			return this;
		}
		if (size() - 1 - entry > MAX_LATER) {
			return (units > 0) ? adjust(time(size() - 1), units) : this;
		}
		long end = (entry + 1 < size()) ? before(entry + 1) : this.total;
		long change = Math.max(Math.min(units, MAX_UNITS - (this.total - before(0))), before(entry) - end);
		Chunk[] next = this.chunks.clone();
		for (int i = chunkOf(entry + 1); i < next.length; i++) {
			next[i] = next[i].plusFrom(micros, change);
		}
		return new AdmissionLog(next, this.forgotten, this.atMicros, this.total + change, this.keptMicros,
				this.keptForMicros, this.keptUnits)
			.withoutEmptyEnd();
	}

	/**
	 * Return the log without the entries at its end of which all was given back: they
	 * make room for others.
	 */
	private AdmissionLog withoutEmptyEnd() {
		int end = firstWithin(0);
		if (end == size()) {
			return this;
		}
		if (end == 0) {
			return new AdmissionLog(NO_CHUNKS, 0, this.atMicros, this.total, this.keptMicros, this.keptForMicros,
					this.keptUnits);
		}
		int last = chunkOf(end - 1);
		Chunk[] rest = Arrays.copyOf(this.chunks, last + 1);
		rest[last] = rest[last].first(placeOf(end - 1) % CHUNK + 1);
		return new AdmissionLog(rest, this.forgotten, this.atMicros, this.total, this.keptMicros, this.keptForMicros,
				this.keptUnits);
	}

	long forgottenAtMicros() {
		return this.atMicros + this.keptMicros;
	}

	private int firstAfter(long micros) {
		int low = 0;
		int high = size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (time(middle) > micros) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	/**
	 * Return the number of entries: chunks but the last are full.
	 */
	private int size() {
		int last = this.chunks.length - 1;
		return (last < 0) ? 0 : last * CHUNK + this.chunks[last].times.length - this.forgotten;
	}

	private int placeOf(int entry) {
		return this.forgotten + entry;
	}

	private int chunkOf(int entry) {
		return placeOf(entry) / CHUNK;
	}

	private long time(int entry) {
		return this.chunks[chunkOf(entry)].times[placeOf(entry) % CHUNK];
	}

	private long before(int entry) {
		return this.chunks[chunkOf(entry)].before[placeOf(entry) % CHUNK];
	}

	/**
	 * Entries in the order of their times. Immutable, though made of arrays.
	 */
	private static final class Chunk {

		private final long[] times;

		private final long[] before;

		Chunk(long[] times, long[] before) {
			this.times = times;
			this.before = before;
		}

		Chunk plus(long micros, long unitsBefore) {
			int size = this.times.length;
			long[] nextTimes = Arrays.copyOf(this.times, size + 1);
			long[] nextBefore = Arrays.copyOf(this.before, size + 1);
			nextTimes[size] = micros;
			nextBefore[size] = unitsBefore;
			return new Chunk(nextTimes, nextBefore);
		}

		Chunk first(int size) {
			return new Chunk(Arrays.copyOf(this.times, size), Arrays.copyOf(this.before, size));
		}

		/**
		 * Return the chunk with more units before each entry that is after a time.
		 */
		Chunk plusFrom(long micros, long units) {
			long[] nextBefore = this.before.clone();
			for (int i = 0; i < nextBefore.length; i++) {
				nextBefore[i] += (this.times[i] > micros) ? units : 0;
			}
			return new Chunk(this.times, nextBefore);
		}

	}

}

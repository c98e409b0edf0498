package io.github.ratelimit.benchmarks;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The callers that contenders are asked for.
 */
final class Keys {

	private final String[] keys;

	private Keys(int count) {
		this.keys = IntStream.range(0, count).mapToObj("user:%07d"::formatted).toArray(String[]::new);
	}

	static Keys of(int count) {
		return new Keys(count);
	}

	int count() {
		return this.keys.length;
	}

	String get(int index) {
		return this.keys[index];
	}

	String title() {
		return (count() == 1) ? "one hot key" : Report.number(count()) + " keys";
	}

	/**
	 * Return keys in an order of chance, for one thread.
	 */
	Supplier<String> draw() {
		return (count() == 1) ? () -> this.keys[0] : new Draw();
	}

	/**
	 * Numbers of chance that cost next to nothing.
	 */
	private final class Draw implements Supplier<String> {

		private long state = ThreadLocalRandom.current().nextLong() | 1;

		@Override
		public String get() {
			this.state ^= this.state << 13;
			this.state ^= this.state >>> 7;
			this.state ^= this.state << 17;
			return Keys.this.keys[(int) ((this.state >>> 33) * Keys.this.keys.length >>> 31)];
		}

	}

}

package io.github.ratelimit.algorithm;

/**
 * Windows of equal length, one of which begins at the epoch.
 *
 * @param lengthMicros the length, at least 1
 */
public record EpochWindows(long lengthMicros) implements Windows {

	@Override
	public long id() {
		return this.lengthMicros;
	}

	@Override
	public Window at(long micros) {
		long start = micros - Math.floorMod(micros, this.lengthMicros);
		return new Window(start, start + this.lengthMicros);
	}

}

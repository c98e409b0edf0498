package io.github.ratelimit.benchmarks.contender;

/**
 * What commands cost Redis.
 *
 * @param calls how many
 * @param micros time that Redis spent in them, in microseconds
 */
public record CommandCost(double calls, double micros) {

	static final CommandCost NONE = new CommandCost(0, 0);

	/**
	 * Return what these and other commands cost together.
	 * @param other the others
	 * @return the sum
	 */
	public CommandCost plus(CommandCost other) {
		return new CommandCost(this.calls + other.calls, this.micros + other.micros);
	}

}

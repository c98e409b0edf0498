package io.github.ratelimit.benchmarks.contender;

import java.util.Map;
import java.util.Set;

/**
 * Which commands a contender sends to Redis. Redis counts commands that scripts call
 * beside those that were sent, and their time twice.
 *
 * @param plain those that are no scripts
 * @param calledByScript how often each script that was sent calls each of them
 */
public record SentCommands(Set<String> plain, int calledByScript) {

	private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "eval_ro", "evalsha_ro", "fcall");

	static final SentCommands ONLY_SCRIPTS = new SentCommands(Set.of(), 0);

	/**
	 * Return what the commands cost that were sent.
	 * @param all what Redis says of each command
	 * @return how many, and the time of Redis
	 */
	public CommandCost of(Map<String, CommandCost> all) {
		CommandCost scripts = sum(all, SCRIPTS);
		CommandCost sent = sum(all, this.plain);
		double share = (sent.calls() == 0) ? 0
				: Math.max(0, sent.calls() - this.calledByScript * scripts.calls()) / sent.calls();
		return scripts.plus(new CommandCost(sent.calls() * share, sent.micros() * share));
	}

	private static CommandCost sum(Map<String, CommandCost> all, Set<String> names) {
		return names.stream()
			.map((name) -> all.getOrDefault(name, CommandCost.NONE))
			.reduce(CommandCost.NONE, CommandCost::plus);
	}

}

package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.benchmarks.contender.HttpPeers;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;

/**
 * The scenes of the comparison, and what was measured in them.
 *
 * @param shared scenes that count in Redis: admitted and refused for one key, then for
 * many
 * @param cluster admitted by a cluster for one key, then for many
 * @param memory the same as in Redis in memory
 * @param flood refused calls for a thousand keys
 * @param leased one hot key of four instances
 * @param limits two limits beside one
 * @param http applications over HTTP
 */
record Scenes(List<Results> shared, List<Results> cluster, List<Results> memory, Results flood, Results leased,
		Results limits, Results http) {

	static final int FEW = 2;

	static final int SOME = 32;

	static final int MANY = 200;

	static final int CONNECTIONS = 8;

	private static final List<Integer> CALLERS = List.of(FEW, SOME, MANY);

	/**
	 * What one key of many may use.
	 */
	private static final Quota USUAL = new Quota(1_000, 60);

	/**
	 * What one key may use that is asked for without end.
	 */
	private static final Quota HOT = new Quota(1_000_000, 1);

	/**
	 * What one key of many may use in memory: not used up by whoever comes, and not back
	 * before the next one comes, since a full bucket is less work.
	 */
	private static final Quota USUAL_IN_MEMORY = new Quota(1_000_000, 86_400);

	private static final Quota HOT_IN_MEMORY = new Quota(1_000_000_000, 600);

	static Scenes measure(MeasuredRedis redis, Pace pace) {
		Match match = new Match(redis, pace.rounds(), !pace.quick());
		Keys one = Keys.of(1);
		Keys many = Keys.of(pace.keys());
		Keys thousand = Keys.of(1_000);
		return new Scenes(shared(match, one, many, pace), cluster(one, many, pace), memory(match, one, many, pace),
				match.run(Scene.refused(thousand, List.of(SOME), pace.turn()),
						List.of(Contenders.DEFAULTS, Contenders.STRICT)),
				match.run(Scene.admitted(one, new Quota(100_000_000, 1), List.of(CONNECTIONS), pace.turn()),
						List.of(Contenders.FOUR_LEASED, Contenders.FOUR_STRICT)),
				match.run(Scene.admitted(thousand, HOT, List.of(FEW), pace.turn()),
						List.of(Contenders.TWO_LIMITS, Contenders.ONE_LIMIT)),
				match.run(Scene.admitted(one, HOT, List.of(CONNECTIONS), pace.turn()), List.<Peer>of(HttpPeers.STRICT,
						HttpPeers.IN_MEMORY, HttpPeers.PLAIN, HttpPeers.BUCKET4J_STARTER)));
	}

	private static List<Results> shared(Match match, Keys one, Keys many, Pace pace) {
		List<Peer> refusing = Contenders.shared(false);
		return List.of(match.run(Scene.admitted(many, USUAL, CALLERS, pace.turn()), Contenders.shared(true)),
				match.run(Scene.refused(many, CALLERS, pace.shorter()), refusing),
				match.run(Scene.admitted(one, HOT, CALLERS, pace.shorter()), Contenders.shared(true)),
				match.run(Scene.refused(one, CALLERS, pace.shorter()), refusing));
	}

	private static List<Results> cluster(Keys one, Keys many, Pace pace) {
		try (MeasuredCluster cluster = new MeasuredCluster()) {
			Match match = new Match(cluster, pace.rounds(), !pace.quick());
			List<Peer> peers = Contenders.onCluster(cluster);
			List<Integer> callers = List.of(SOME, MANY);
			return List.of(match.run(Scene.admitted(one, HOT, callers, pace.turn()), peers),
					match.run(Scene.admitted(many, USUAL, callers, pace.turn()), peers));
		}
	}

	private static List<Results> memory(Match match, Keys one, Keys many, Pace pace) {
		return Stream
			.of(Scene.admitted(many, USUAL_IN_MEMORY, CALLERS, pace.turn()),
					Scene.refused(many, CALLERS, pace.shorter()),
					Scene.admitted(one, HOT_IN_MEMORY, CALLERS, pace.shorter()),
					Scene.refused(one, CALLERS, pace.shorter()))
			.map((scene) -> match.run(scene.inMemory(), Contenders.inMemory()))
			.toList();
	}

	/**
	 * Return what was measured where strict calls for many keys were admitted.
	 */
	Results strict() {
		return this.shared.get(0);
	}

	/**
	 * Return what was measured where calls in memory for many keys were admitted.
	 */
	Results inMemory() {
		return this.memory.get(0);
	}

}

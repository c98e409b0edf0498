package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.benchmarks.contender.HttpPeers;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;

/**
 * The scenes of the comparison, and what was measured in them.
 *
 * @param shared scenes that count in Redis: admitted and refused for one key, then for
 * many
 * @param memory the same in memory
 * @param flood refused calls for a thousand keys
 * @param leased one hot key of four instances
 * @param limits two limits beside one
 * @param http applications over HTTP
 */
record Scenes(List<Results> shared, List<Results> memory, Results flood, Results leased, Results limits, Results http) {

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

	private static final Quota HOT_IN_MEMORY = new Quota(1_000_000_000, 1);

	static Scenes measure(MeasuredRedis redis, Pace pace) {
		Match match = new Match(redis, pace.rounds());
		Keys one = Keys.of(1);
		Keys many = Keys.of(pace.keys());
		Keys thousand = Keys.of(1_000);
		List<Results> shared = new ArrayList<>();
		List<Results> memory = new ArrayList<>();
		for (Keys keys : List.of(many, one)) {
			Scene admitted = Scene.admitted(keys, (keys == one) ? HOT : USUAL, CALLERS, pace.shared());
			shared.add(match.run(admitted, Contenders.shared(true)));
			shared.add(match.run(Scene.refused(keys, CALLERS, pace.shared()), Contenders.shared(false)));
			memory.add(match.run(Scene.admitted(keys, HOT_IN_MEMORY, CALLERS, pace.memory()).inMemory(),
					Contenders.inMemory()));
			memory.add(match.run(Scene.refused(keys, CALLERS, pace.memory()).inMemory(), Contenders.inMemory()));
		}
		return new Scenes(shared, memory,
				match.run(Scene.refused(thousand, List.of(SOME), pace.shared()),
						List.of(Contenders.DEFAULTS, Contenders.STRICT)),
				match.run(Scene.admitted(one, new Quota(100_000_000, 1), List.of(CONNECTIONS), pace.shared()),
						List.of(Contenders.FOUR_LEASED, Contenders.FOUR_STRICT)),
				match.run(Scene.admitted(thousand, HOT, List.of(FEW), pace.shared()),
						List.of(Contenders.TWO_LIMITS, Contenders.ONE_LIMIT)),
				match.run(Scene.admitted(one, HOT, List.of(CONNECTIONS), pace.http()), List.<Peer>of(HttpPeers.STRICT,
						HttpPeers.IN_MEMORY, HttpPeers.PLAIN, HttpPeers.BUCKET4J_STARTER)));
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

package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.benchmarks.contender.LimiterSettings;
import io.github.ratelimit.benchmarks.contender.Peer;

/**
 * Who is compared. Ours is the first.
 */
final class Contenders {

	static final Peer STRICT = Peer.limiter("**ours, strict**", LimiterSettings.STRICT);

	static final Peer ALONE = Peer.limiter("ours, strict, not gathered", LimiterSettings.ALONE);

	static final Peer DEFAULTS = Peer.limiter("ours, with the refusal cache", LimiterSettings.DEFAULTS);

	static final Peer IN_MEMORY = Peer.limiter("ours, in memory, auto-configured", LimiterSettings.IN_MEMORY);

	static final Peer FOUR_STRICT = Peer.fourInstances("four instances, strict", LimiterSettings.STRICT);

	static final Peer FOUR_LEASED = Peer.fourInstances("four instances, leased", LimiterSettings.LEASED);

	static final Peer ONE_LIMIT = Peer.limiter("one limit", limits(1));

	static final Peer TWO_LIMITS = Peer.limiter("two limits", limits(2));

	private static final List<Peer> OTHERS = List.of(Peer.PING, Peer.BUCKET4J, Peer.GATEWAY, Peer.REDISSON,
			Peer.SORTED_SET);

	private Contenders() {
	}

	static List<Peer> shared(boolean admitted) {
		return Stream
			.concat(admitted ? List.of(STRICT, ALONE).stream() : List.of(STRICT, ALONE, DEFAULTS).stream(),
					OTHERS.stream())
			.toList();
	}

	/**
	 * Return ours on a cluster, gathered and not.
	 */
	static List<Peer> onCluster(MeasuredCluster cluster) {
		return List.of(Peer.limiter(STRICT.name(), cluster.settings(LimiterSettings.STRICT)),
				Peer.limiter(ALONE.name(), cluster.settings(LimiterSettings.ALONE)));
	}

	static List<Peer> inMemory() {
		return List.of(Peer.PLAIN_LIMITER, IN_MEMORY, Peer.BUCKET4J_CAFFEINE, Peer.BUCKET4J_LOCAL, Peer.RESILIENCE4J,
				Peer.GUAVA);
	}

	/**
	 * Return the limits of a tier, as one that has two mostly does: for a minute, and for
	 * a day.
	 */
	private static LimiterSettings limits(int count) {
		LimiterSettings one = LimiterSettings.ALONE.with(LimiterSettings.LIMITS + "[0].rate", "1000000/60s");
		return (count == 1) ? one
				: one.with(LimiterSettings.LIMITS + "[1].name", "day")
					.with(LimiterSettings.LIMITS + "[1].rate", "100000000/1d")
					.with(LimiterSettings.LIMITS + "[1].algorithm", "fixed-window");
	}

}

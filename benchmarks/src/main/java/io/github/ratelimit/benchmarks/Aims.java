package io.github.ratelimit.benchmarks;

import java.util.List;

import io.github.ratelimit.benchmarks.Aim.Figure;
import io.github.ratelimit.benchmarks.contender.HttpPeers;
import io.github.ratelimit.benchmarks.contender.Peer;

/**
 * What this project aims at, each a ratio of one run.
 */
final class Aims {

	private static final int FEW = Scenes.FEW;

	private static final int MANY = Scenes.MANY;

	private final Scenes scenes;

	private final OverAdmission overAdmission;

	private final SlidingWindowComparison.Figures sliding;

	private final Spread startUp;

	Aims(Scenes scenes, OverAdmission overAdmission, SlidingWindowComparison.Figures sliding, Spread startUp) {
		this.scenes = scenes;
		this.overAdmission = overAdmission;
		this.sliding = sliding;
		this.startUp = startUp;
	}

	List<Aim> all() {
		return List.of(fewCallers(), manyCallers(), redisTime(), twoLimits(), slidingWindow(), flood(), leased(),
				inMemory(), filter(), http(),
				new Aim("start-up", "start-up", "at most 1.05 of the sample without the starter",
						Figure.atMost("with, in memory / without", 1.05, this.startUp)));
	}

	private Aim fewCallers() {
		Results strict = this.scenes.strict();
		return new Aim("few-callers", "strict, 2 callers, " + strict.scene().keys().title(),
				"at least 0.9 of `PING`, 2.5 x Bucket4j on Lettuce, 3 x Redisson",
				Figure.atLeast("`PING`", 0.9, speed(strict, Contenders.STRICT, Peer.PING, FEW)),
				Figure.atLeast("Bucket4j", 2.5, speed(strict, Contenders.STRICT, Peer.BUCKET4J, FEW)),
				Figure.atLeast("Redisson", 3, speed(strict, Contenders.STRICT, Peer.REDISSON, FEW)));
	}

	private Aim manyCallers() {
		Results strict = this.scenes.strict();
		return new Aim("many-callers", "strict, 200 callers",
				"at least 1.3 x `PING`, 2 x Spring Cloud Gateway's script",
				Figure.atLeast("`PING`", 1.3, speed(strict, Contenders.STRICT, Peer.PING, MANY)),
				Figure.atLeast("gateway", 2, speed(strict, Contenders.STRICT, Peer.GATEWAY, MANY)));
	}

	private Aim redisTime() {
		Results strict = this.scenes.strict();
		Series alone = strict.of(Contenders.ALONE, FEW);
		return new Aim("redis-time", "Redis CPU per strict decision",
				"at most half of the gateway's script, alone; less when gathered",
				Figure.atMost("alone / gateway", 0.5, alone.ratio(Sample::redisMicros, strict.of(Peer.GATEWAY, FEW))),
				Figure.atMost("gathered / alone, 200 callers", 1, strict.of(Contenders.STRICT, MANY)
					.ratio(Sample::redisMicros, strict.of(Contenders.ALONE, MANY))));
	}

	private Aim twoLimits() {
		Results limits = this.scenes.limits();
		return new Aim("two-limits", "two limits against one", "at most 1.3 x the Redis CPU",
				Figure.atMost("two / one", 1.3, limits.of(Contenders.TWO_LIMITS, FEW)
					.ratio(Sample::redisMicros, limits.of(Contenders.ONE_LIMIT, FEW))));
	}

	private Aim slidingWindow() {
		return new Aim("sliding-window", "exact sliding window, quota 1,000",
				"Redis CPU no more than the sorted set's, bytes at most a tenth",
				Figure.atMost("CPU, admitted", 1,
						Spread.ratio(this.sliding.windowAdmitted(), this.sliding.logAdmitted())),
				Figure.atMost("CPU, refused", 1, Spread.ratio(this.sliding.windowRefused(), this.sliding.logRefused())),
				Figure.atMost("bytes", 0.1, Spread.of((double) this.sliding.windowBytes() / this.sliding.logBytes())));
	}

	private Aim flood() {
		Results flood = this.scenes.flood();
		return new Aim("refused-flood", "refused flood on 1,000 keys",
				"at least 30 x the strict rate; Redis commands near zero",
				Figure.atLeast("cached / strict", 30,
						speed(flood, Contenders.DEFAULTS, Contenders.STRICT, Scenes.SOME)),
				Figure.atMost("commands per decision", 0.01,
						flood.of(Contenders.DEFAULTS, Scenes.SOME).spread(Sample::commands)));
	}

	private Aim leased() {
		return new Aim("leased", "leased hot key, four instances", "at least 50 x the strict rate; over-admission 0",
				Figure.atLeast("leased / strict", 50,
						speed(this.scenes.leased(), Contenders.FOUR_LEASED, Contenders.FOUR_STRICT,
								Scenes.CONNECTIONS)),
				Figure.atMost("units above the bound in the worst window", 0, Spread.of(this.overAdmission.excess())));
	}

	private Aim inMemory() {
		Results memory = this.scenes.inMemory();
		return new Aim("in-memory", "in memory by the plain API, " + memory.scene().keys().title() + ", 2 threads",
				"at least 3 x Bucket4j with Caffeine; allocation at most 64 bytes per decision",
				Figure.atLeast("Bucket4j's Caffeine module", 3,
						speed(memory, Peer.PLAIN_LIMITER, Peer.BUCKET4J_CAFFEINE, FEW)),
				Figure.atMost("bytes per decision", 64,
						memory.of(Peer.PLAIN_LIMITER, FEW).spread((sample) -> Math.round(sample.bytes()))));
	}

	private Aim filter() {
		return new Aim("http-in-memory", "HTTP with the filter in memory, against without",
				"at least 0.97 of the throughput", Figure.atLeast("with / without", 0.97,
						speed(this.scenes.http(), HttpPeers.IN_MEMORY, HttpPeers.PLAIN, Scenes.CONNECTIONS)));
	}

	private Aim http() {
		return new Aim("http-redis", "HTTP with strict Redis", "at least 1.5 x Bucket4j's starter on Redis",
				Figure.atLeast("Bucket4j's starter", 1.5,
						speed(this.scenes.http(), HttpPeers.STRICT, HttpPeers.BUCKET4J_STARTER, Scenes.CONNECTIONS)));
	}

	private static Spread speed(Results results, Peer ours, Peer other, int callers) {
		return results.of(ours, callers).ratio(Sample::perSecond, results.of(other, callers));
	}

}

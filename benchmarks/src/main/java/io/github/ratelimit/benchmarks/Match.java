package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.benchmarks.contender.Contender;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Setup;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Contenders that are asked the same, in rounds: each in turn, in every other round from
 * the last to the first, so that what changes with time changes for all.
 */
final class Match {

	private static final Log logger = LogFactory.getLog(Match.class);

	private static final int FILLING = 32;

	private final MeasuredServers redis;

	private final int rounds;

	private final boolean collecting;

	/**
	 * Create a match.
	 * @param collecting whether garbage is collected before each turn, so that nobody's
	 * time has what others left behind in it; it takes time itself
	 */
	Match(MeasuredServers redis, int rounds, boolean collecting) {
		this.redis = redis;
		this.rounds = rounds;
		this.collecting = collecting;
	}

	/**
	 * Measure contenders. A round more than is measured comes first, to get warm.
	 */
	Results run(Scene scene, List<Peer> peers) {
		// Goes where what is measured does not
		logger
			.info("%s: %s".formatted(scene.title(), peers.stream().map(Peer::name).collect(Collectors.joining(", "))));
		this.redis.clear();
		Results results = new Results(scene, peers);
		Map<Peer, Contender> contenders = open(scene, peers);
		try {
			List<Peer> order = new ArrayList<>(peers);
			for (int round = -1; round < this.rounds; round++) {
				for (int callers : scene.callers()) {
					for (Peer peer : order) {
						Sample sample = sample(scene, peer, Objects.requireNonNull(contenders.get(peer)), callers);
						if (round >= 0) {
							results.add(peer, callers, sample);
						}
					}
				}
				Collections.reverse(order);
			}
			return results;
		}
		finally {
			contenders.values().forEach(Contender::close);
		}
	}

	private Map<Peer, Contender> open(Scene scene, List<Peer> peers) {
		Map<Peer, Contender> contenders = new LinkedHashMap<>();
		for (Peer peer : peers) {
			Contender contender = peer.open(new Setup(this.redis.uri(), scene.quota(), scene.keys().count()));
			contenders.put(peer, contender);
			if (peer.limits()) {
				fill(contender, scene.keys());
			}
		}
		return contenders;
	}

	private Sample sample(Scene scene, Peer peer, Contender contender, int callers) {
		if (this.collecting) {
			System.gc();
		}
		this.redis.resetCosts();
		Load.Result result = Load.run(contender, scene.keys(), callers, scene.unmeasured(), scene.time());
		long expected = scene.admitted() ? result.calls() : 0;
		if (peer.limits() && result.allowed() != expected) {
			throw new IllegalStateException("%s allowed %d of %d calls of %d callers where all were to be %s".formatted(
					peer.name(), result.allowed(), result.calls(), callers, scene.admitted() ? "admitted" : "refused"));
		}
		return Sample.of(result, peer.sent().of(this.redis.costs()));
	}

	/**
	 * Call once for each key, so that it is there, and used up where it is to be.
	 */
	static void fill(Contender contender, Keys keys) {
		ExecutorService threads = Executors.newFixedThreadPool(FILLING);
		try {
			List<CompletableFuture<Void>> parts = IntStream.range(0, FILLING)
				.mapToObj((part) -> CompletableFuture.runAsync(() -> fill(contender, keys, part), threads))
				.toList();
			parts.forEach(CompletableFuture::join);
		}
		finally {
			threads.shutdown();
		}
	}

	private static void fill(Contender contender, Keys keys, int part) {
		for (int i = part; i < keys.count(); i += FILLING) {
			if (!contender.tryAcquire(keys.get(i))) {
				throw new IllegalStateException("The first call for a key was refused");
			}
		}
	}

}

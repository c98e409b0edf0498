package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.ratelimit.benchmarks.contender.Peer;

/**
 * What contenders gave in one scene.
 */
final class Results {

	private final Map<Key, Series> series = new LinkedHashMap<>();

	private final Scene scene;

	private final List<Peer> peers;

	Results(Scene scene, List<Peer> peers) {
		this.scene = scene;
		this.peers = new ArrayList<>(peers);
	}

	void add(Peer peer, int callers, Sample sample) {
		this.series.computeIfAbsent(new Key(peer.name(), callers), (key) -> new Series()).add(sample);
	}

	Series of(Peer peer, int callers) {
		return Objects.requireNonNull(this.series.get(new Key(peer.name(), callers)), peer.name());
	}

	Scene scene() {
		return this.scene;
	}

	List<Peer> peers() {
		return this.peers;
	}

	private record Key(String peer, int callers) {
	}

}

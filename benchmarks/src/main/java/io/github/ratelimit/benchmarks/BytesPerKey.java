package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.benchmarks.contender.Contender;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;
import io.github.ratelimit.benchmarks.contender.Setup;

/**
 * The memory that a caller takes: in Redis that of all its keys, in memory the heap.
 */
final class BytesPerKey {

	private static final Quota QUOTA = new Quota(100, 60);

	private BytesPerKey() {
	}

	static String table(MeasuredRedis redis, int keys) {
		MarkdownTable table = new MarkdownTable("limiter", "after 1 call of 100 a minute, bytes",
				"after 100 calls, bytes");
		List<Peer> shared = new ArrayList<>(Contenders.shared(true));
		shared.remove(Contenders.ALONE);
		shared.remove(Peer.PING);
		for (Peer peer : shared) {
			table.row(peer.name(), Report.number(inRedis(redis, peer, 1)), Report.number(inRedis(redis, peer, 100)));
		}
		for (Peer peer : Contenders.inMemory()) {
			table.row(peer.name(), Report.number(onHeap(redis, peer, Keys.of(keys))), "");
		}
		return table.toString();
	}

	private static long inRedis(MeasuredRedis redis, Peer peer, int calls) {
		redis.clear();
		Keys keys = Keys.of(1);
		try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, 1))) {
			for (int i = 0; i < calls; i++) {
				contender.tryAcquire(keys.get(0));
			}
			return redis.memoryUsageOfAll(keys.get(0));
		}
	}

	private static long onHeap(MeasuredRedis redis, Peer peer, Keys keys) {
		try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, keys.count()))) {
			contender.tryAcquire("another");
			long before = usedHeap();
			Match.fill(contender, keys);
			return Math.round((double) (usedHeap() - before) / keys.count());
		}
	}

	private static long usedHeap() {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			System.gc();
			used = Math.min(used, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
		}
		return used;
	}

}

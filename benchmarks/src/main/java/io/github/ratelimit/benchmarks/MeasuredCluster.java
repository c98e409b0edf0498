package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.benchmarks.contender.CommandCost;
import io.github.ratelimit.benchmarks.contender.LimiterSettings;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisCluster;

/**
 * A cluster of three nodes of a measurement's own. What commands cost is the sum over all
 * nodes.
 */
final class MeasuredCluster implements MeasuredServers, AutoCloseable {

	private final RedisCluster cluster = RedisCluster.ofPrimaries();

	/**
	 * Return settings of a limiter that counts in the cluster.
	 * @param settings its other settings
	 */
	LimiterSettings settings(LimiterSettings settings) {
		String nodes = this.cluster.ports()
			.stream()
			.map((port) -> "127.0.0.1:" + port)
			.collect(Collectors.joining(","));
		return settings.with("ratelimit.redis.url", "")
			.with("spring.data.redis.cluster.nodes", nodes)
			.with("ratelimit.redis.connect-timeout", "30s");
	}

	@Override
	public String uri() {
		return this.cluster.primary(0).uri();
	}

	@Override
	public void clear() {
		nodes("FLUSHALL");
	}

	@Override
	public void resetCosts() {
		nodes("CONFIG", "RESETSTAT");
	}

	@Override
	public Map<String, CommandCost> costs() {
		Map<String, CommandCost> costs = new TreeMap<>();
		nodes("INFO", "commandstats").forEach((statistics) -> MeasuredServers.costs(statistics)
			.forEach((command, cost) -> costs.merge(command, cost, CommandCost::plus)));
		return costs;
	}

	private List<String> nodes(String... command) {
		return IntStream.range(0, RedisCluster.PRIMARIES).mapToObj((i) -> {
			try (PlainRedis node = PlainRedis.of(this.cluster.primary(i).port())) {
				return node.text(command);
			}
		}).toList();
	}

	@Override
	public void close() {
		this.cluster.close();
	}

}

package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.awaitility.Awaitility.await;

/**
 * A Redis cluster of a test's own: three primaries, each with a replica if it is to
 * survive the loss of one, that find each other missing within a second. Not safe for use
 * by many threads.
 */
public final class RedisCluster implements AutoCloseable {

	/**
	 * How many primaries there are.
	 */
	public static final int PRIMARIES = 3;

	private static final int SLOTS = 16384;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String[] OPTIONS = { "--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
			"--cluster-replica-validity-factor", "0", "--repl-ping-replica-period", "1" };

	private final List<RedisProcess> primaries = new ArrayList<>();

	private final List<RedisProcess> replicas = new ArrayList<>();

	private RedisCluster() {
	}

	/**
	 * Start a cluster of three primaries.
	 * @return the cluster, which serves all slots
	 */
	public static RedisCluster ofPrimaries() {
		return start(false);
	}

	/**
	 * Start a cluster of three primaries with a replica each.
	 * @return the cluster, which serves all slots
	 */
	public static RedisCluster withReplicas() {
		return start(true);
	}

	private static RedisCluster start(boolean replicas) {
		RedisCluster cluster = new RedisCluster();
		try {
			cluster.startNodes(cluster.primaries);
			if (replicas) {
				cluster.startNodes(cluster.replicas);
			}
			cluster.form();
			return cluster;
		}
		catch (RuntimeException ex) {
			cluster.close();
			throw ex;
		}
	}

	private void startNodes(List<RedisProcess> nodes) {
		for (int i = 0; i < PRIMARIES; i++) {
			nodes.add(RedisServers.dedicated(OPTIONS));
		}
	}

	private void form() {
		AtomicInteger epoch = new AtomicInteger();
		for (RedisProcess node : nodes()) {
			call(node, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(epoch.incrementAndGet()));
			call(node, "CLUSTER", "MEET", "127.0.0.1", Integer.toString(this.primaries.get(0).port()));
		}
		for (int i = 0; i < PRIMARIES; i++) {
			List<String> add = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
			IntStream.range(SLOTS * i / PRIMARIES, SLOTS * (i + 1) / PRIMARIES)
				.forEach((slot) -> add.add(Integer.toString(slot)));
			call(this.primaries.get(i), add.toArray(String[]::new));
		}
		await().atMost(TIMEOUT).until(() -> nodes().stream().allMatch(this::knowsAll));
		for (int i = 0; i < this.replicas.size(); i++) {
			call(this.replicas.get(i), "CLUSTER", "REPLICATE", id(this.primaries.get(i)));
		}
		await().atMost(TIMEOUT).until(() -> nodes().stream().allMatch(this::knowsReplicas));
	}

	private boolean knowsAll(RedisProcess node) {
		String info = call(node, "CLUSTER", "INFO");
		return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes().size());
	}

	private boolean knowsReplicas(RedisProcess node) {
		long known = call(node, "CLUSTER", "NODES").lines().filter((line) -> line.contains("slave")).count();
		return known == this.replicas.size() && (!this.replicas.contains(node)
				|| call(node, "INFO", "replication").contains("master_link_status:up"));
	}

	private List<RedisProcess> nodes() {
		List<RedisProcess> nodes = new ArrayList<>(this.primaries);
		nodes.addAll(this.replicas);
		return nodes;
	}

	/**
	 * Return where the cluster is.
	 * @return the ports of 127.0.0.1 of the nodes that began as primaries
	 */
	public List<Integer> ports() {
		return this.primaries.stream().map(RedisProcess::port).toList();
	}

	/**
	 * Return a node.
	 * @param index which one of those that began as primaries
	 * @return the node
	 */
	public RedisProcess primary(int index) {
		return this.primaries.get(index);
	}

	/**
	 * Return the place of the node that has a slot, as long as none was moved.
	 * @param slot the slot
	 * @return the place among the primaries
	 */
	public static int placeOf(int slot) {
		return IntStream.range(0, PRIMARIES)
			.filter((place) -> slot < SLOTS * (place + 1) / PRIMARIES)
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Return whether the replica of a node has taken its place.
	 * @param index which one of those that began as primaries
	 * @return whether it has, and the cluster serves all slots
	 */
	public boolean isReplaced(int index) {
		RedisProcess replica = this.replicas.get(index);
		return call(replica, "INFO", "replication").contains("role:master")
				&& call(replica, "CLUSTER", "INFO").contains("cluster_state:ok");
	}

	/**
	 * Wait until the replica of a node has all that the node was told so far.
	 * @param index which one of those that began as primaries
	 */
	public void awaitReplication(int index) {
		long told = offset(this.primaries.get(index));
		await().atMost(TIMEOUT).until(() -> offset(this.replicas.get(index)) >= told);
	}

	private static long offset(RedisProcess node) {
		return ReplicationOffset.of(call(node, "INFO", "replication"));
	}

	/**
	 * Begin to move a slot: keys that there are stay where they are, and others go to the
	 * new node.
	 * @param slot the slot
	 * @param from node that has it
	 * @param to node that takes it
	 */
	public void beginMove(int slot, RedisProcess from, RedisProcess to) {
		call(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
		call(from, "CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
	}

	/**
	 * Move keys of a slot.
	 * @param slot the slot
	 * @param from node that has it
	 * @param to node that takes it
	 * @param limit how many at most
	 * @return how many there were to move
	 */
	public int moveKeys(int slot, RedisProcess from, RedisProcess to, int limit) {
		try (PlainRedis redis = PlainRedis.of(from.port())) {
			List<String> keys = redis.texts("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot),
					Integer.toString(limit));
			for (String key : keys) {
				redis.call("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0",
						Long.toString(TIMEOUT.toMillis()));
			}
			return keys.size();
		}
	}

	/**
	 * Tell all nodes that a slot, all of whose keys were moved, is the new node's.
	 * @param slot the slot
	 * @param from node that had it
	 * @param to node that has it now
	 */
	public void endMove(int slot, RedisProcess from, RedisProcess to) {
		String id = id(to);
		List<RedisProcess> others = new ArrayList<>(List.of(to, from));
		this.primaries.stream().filter((node) -> node != to && node != from).forEach(others::add);
		others.forEach((node) -> call(node, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id));
	}

	private static String id(RedisProcess node) {
		return call(node, "CLUSTER", "MYID");
	}

	private static String call(RedisProcess node, String... command) {
		try (PlainRedis redis = PlainRedis.of(node.port())) {
			return redis.text(command);
		}
	}

	@Override
	public void close() {
		nodes().forEach(RedisProcess::close);
	}

}

package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

/**
 * Decisions over counters of the same kinds, which are made by the same scripts and may
 * travel together. On a cluster only those whose keys lie in one slot. Safe for use by
 * many threads.
 */
final class ScriptKind {

	private final List<ScriptPart> parts;

	private final LuaScript single;

	private final RedisConnection connection;

	private final Gathering gathering;

	private final ScriptLane lane;

	private final Map<Integer, ScriptLane> lanesOfSlots = new ConcurrentHashMap<>();

	private volatile @Nullable LuaScript gathered;

	private volatile boolean slotsApart;

	ScriptKind(List<ScriptPart> parts, RedisConnection connection, Gathering gathering) {
		this.parts = List.copyOf(parts);
		this.single = ScriptComposer.acquire(this.parts);
		this.connection = connection;
		this.gathering = gathering;
		this.lane = new ScriptLane(connection, this, gathering);
	}

	LuaScript single() {
		return this.single;
	}

	LuaScript gathered() {
		LuaScript known = this.gathered;
		if (known == null) {
			known = ScriptComposer.gathered(this.parts);
			this.gathered = known;
		}
		return known;
	}

	/**
	 * Send a call, or have it wait to be sent.
	 */
	void add(ScriptCall<?> call) {
		lane(call.keys()).add(call);
	}

	/**
	 * There are as many lanes as slots that are used. Two calls of one slot meet where a
	 * key is hot; others are sent as ever, and never wait for a node that hangs.
	 */
	private ScriptLane lane(byte[][] keys) {
		if (!this.slotsApart && !this.connection.isCluster()) {
			return this.lane;
		}
		int slot = SlotHash.getSlot(keys[0]);
		ScriptLane known = this.lanesOfSlots.get(slot);
		return (known != null) ? known : this.lanesOfSlots.computeIfAbsent(slot,
				(key) -> new ScriptLane(this.connection, this, this.gathering));
	}

	/**
	 * Keep calls of different slots apart from now on, if a server does that says nothing
	 * of a cluster otherwise.
	 */
	void gatheredTooMuch(Throwable error) {
		this.slotsApart |= SlotBySlot.isOfSeveralSlots(error);
	}

}

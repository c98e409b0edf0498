package io.github.ratelimit.example;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Table} in memory, in place of a database.
 */
final class MapTable implements Table {

	private final Map<String, Item> items = new HashMap<>();

	@Override
	public synchronized Map<String, Item> read(Collection<String> keys) {
		Map<String, Item> found = new HashMap<>(this.items);
		found.keySet().retainAll(keys);
		return found;
	}

	@Override
	public synchronized boolean write(List<Change> changes) {
		boolean unchanged = changes.stream().allMatch((change) -> Objects.equals(version(change), change.read()));
		if (unchanged) {
			changes.forEach((change) -> this.items.put(change.key(), change.item()));
		}
		return unchanged;
	}

	private @Nullable String version(Change change) {
		Item item = this.items.get(change.key());
		return (item != null) ? item.version() : null;
	}

	@Override
	public synchronized void delete(Collection<String> keys) {
		this.items.keySet().removeAll(keys);
	}

	synchronized Collection<Item> items() {
		return List.copyOf(this.items.values());
	}

}

package io.github.ratelimit.example;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a backend needs of a database: reads that see the latest write, and writes that
 * are made all or none, on the condition that nobody was faster. DynamoDB has both
 * ({@code ConsistentRead}, {@code TransactWriteItems} with conditions), and so has a
 * table of SQL with a column for the version. Its methods block.
 */
interface Table {

	/**
	 * Return the items there are.
	 */
	Map<String, Item> read(Collection<String> keys);

	/**
	 * Write all items if each still has the version that was read, or else none.
	 * @return whether they were written
	 */
	boolean write(List<Change> changes);

	/**
	 * Delete the items there are.
	 */
	void delete(Collection<String> keys);

	/**
	 * An item.
	 *
	 * @param version another one after each write, and never one that was there before
	 * @param numbers what is kept
	 * @param expires when the database may delete it
	 */
	record Item(String version, List<Long> numbers, Instant expires) {

	}

	/**
	 * A write.
	 *
	 * @param key the key
	 * @param read version that was read, {@code null} if there was no item
	 * @param item the next item
	 */
	record Change(String key, @Nullable String read, Item item) {

	}

}

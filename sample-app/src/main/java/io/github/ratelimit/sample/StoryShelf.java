package io.github.ratelimit.sample;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.springframework.stereotype.Component;

/**
 * The stories, in memory: the latest of each of the latest callers.
 */
@Component
final class StoryShelf {

	private static final int MAX_OWNERS = 1_000;

	private static final int MAX_STORIES = 20;

	private final Map<String, Map<Long, Story>> owners = new Latest<>(MAX_OWNERS);

	private long lastId;

	synchronized Story add(String owner, String theme, String chapter) {
		Story story = new Story(++this.lastId, theme, List.of(chapter), false);
		this.owners.computeIfAbsent(owner, (key) -> new Latest<>(MAX_STORIES)).put(story.id(), story);
		return story;
	}

	synchronized List<Story> all(String owner) {
		return List.copyOf(this.owners.getOrDefault(owner, Map.of()).values());
	}

	synchronized Optional<Story> find(String owner, long id) {
		return Optional.ofNullable(this.owners.getOrDefault(owner, Map.of()).get(id));
	}

	synchronized Optional<Story> change(String owner, long id, UnaryOperator<Story> change) {
		Optional<Story> changed = find(owner, id).map(change);
		changed.ifPresent((story) -> this.owners.getOrDefault(owner, Map.of()).replace(id, story));
		return changed;
	}

	synchronized boolean remove(String owner, long id) {
		return this.owners.getOrDefault(owner, Map.of()).remove(id) != null;
	}

	/**
	 * A map that forgets what was longest not asked for.
	 */
	private static final class Latest<K, V> extends LinkedHashMap<K, V> {

		private final int max;

		Latest(int max) {
			super(16, 0.75f, true);
			this.max = max;
		}

		@Override
		protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
			return size() > this.max;
		}

	}

}

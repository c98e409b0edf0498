package io.github.ratelimit.store.redis;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The threads that connections to Redis have.
 */
final class ClientThreads {

	private ClientThreads() {
	}

	static Set<Thread> alive() {
		Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
		threads.removeIf((thread) -> Stream.of("lettuce", "ratelimit").noneMatch(thread.getName()::startsWith));
		return threads;
	}

}

package io.github.ratelimit.benchmarks.contender;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * This project's limiter in four instances of an application. Each thread asks one of
 * them.
 */
final class FourInstances implements Contender {

	private static final int INSTANCES = 4;

	private static final AtomicInteger OPENED = new AtomicInteger();

	private final List<Contender> instances;

	FourInstances(Setup setup, LimiterSettings settings) {
		String application = "four" + OPENED.getAndIncrement();
		this.instances = Stream.<Contender>generate(() -> new LimiterContender(application, setup, settings))
			.limit(INSTANCES)
			.toList();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.instances.get((int) (Thread.currentThread().getId() % INSTANCES)).tryAcquire(key);
	}

	@Override
	public void close() {
		this.instances.forEach(Contender::close);
	}

}

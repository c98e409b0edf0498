package io.github.ratelimit.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Threads that charge keys one unit after the other, each under all of the given limits,
 * with a short pause, and count what is admitted and what fails. Nothing is waited for
 * for ever, and a store that has a deadline is left the time to keep it.
 */
public final class SteadyLoad implements AutoCloseable {

	/**
	 * More than any test charges, in a window that does not end meanwhile.
	 */
	public static final Limit MANY = Limit.of(1_000_000, Duration.ofDays(400))
		.withAlgorithm(Algorithm.FIXED_WINDOW)
		.withName("many");

	private static final int THREADS = 4;

	private static final long PAUSE_NANOS = 1_000_000;

	private static final long SOME = 200;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);

	private final RateLimitStore store;

	private final List<String> keys;

	private final List<Limit> limits;

	private final Map<String, AtomicLong> admitted = new ConcurrentHashMap<>();

	private final Map<String, AtomicLong> failed = new ConcurrentHashMap<>();

	private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	private SteadyLoad(RateLimitStore store, List<String> keys, List<Limit> limits) {
		this.store = store;
		this.keys = keys;
		this.limits = limits;
		keys.forEach((key) -> {
			this.admitted.put(key, new AtomicLong());
			this.failed.put(key, new AtomicLong());
		});
	}

	/**
	 * Begin.
	 * @param store who decides
	 * @param keys whose counts are charged, in turn
	 * @param limits the limits each is charged under
	 * @return what is to be stopped or closed by the test
	 */
	public static SteadyLoad on(RateLimitStore store, List<String> keys, Limit... limits) {
		SteadyLoad load = new SteadyLoad(store, keys, List.of(limits));
		for (int i = 0; i < THREADS; i++) {
			int first = i * keys.size() / THREADS;
			Thread thread = new Thread(() -> load.run(first), "steady-load-" + i);
			load.threads.add(thread);
			thread.start();
		}
		return load;
	}

	private void run(int first) {
		for (int i = first; !this.stopped; i++) {
			String key = this.keys.get(i % this.keys.size());
			try {
				assertThat(acquire(key, 1).allowed()).isTrue();
				this.admitted.get(key).incrementAndGet();
			}
			catch (ExecutionException | CompletionException | TimeoutException ex) {
				this.failed.get(key).incrementAndGet();
				this.errors.add((ex.getCause() != null) ? ex.getCause() : ex);
			}
			catch (InterruptedException ex) {
				return;
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private RateLimitDecision acquire(String key, long cost)
			throws InterruptedException, ExecutionException, TimeoutException {
		return this.store.acquire(request(key, cost))
			.toCompletableFuture()
			.get(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
	}

	private RateLimitRequest request(String key, long cost) {
		return new RateLimitRequest(
				this.limits.stream().map((limit) -> new Charge(new Counter("load", key, limit), cost)).toList(),
				FailureMode.CLOSED);
	}

	/**
	 * Return how many units were admitted so far.
	 * @return the units
	 */
	public long admitted() {
		return this.admitted.values().stream().mapToLong(AtomicLong::get).sum();
	}

	/**
	 * Wait until some units are admitted, and for as many more during which nothing
	 * fails: connections may not be there yet, or anew.
	 * @param atMost how long to wait for each
	 */
	public void awaitSteady(Duration atMost) {
		AtomicLong before = new AtomicLong(admitted());
		await().atMost(atMost).until(() -> admitted() > before.get() + SOME);
		before.set(admitted());
		takeErrors();
		await().atMost(atMost).until(() -> {
			if (!takeErrors().isEmpty()) {
				before.set(admitted());
			}
			return admitted() > before.get() + SOME;
		});
	}

	/**
	 * Return whether anything failed since errors were taken.
	 * @return whether it did
	 */
	public boolean hasErrors() {
		return !this.errors.isEmpty();
	}

	/**
	 * Return what failed since this was last asked.
	 * @return the causes
	 */
	public List<Throwable> takeErrors() {
		List<Throwable> taken = new ArrayList<>();
		for (Throwable error = this.errors.poll(); error != null; error = this.errors.poll()) {
			taken.add(error);
		}
		return taken;
	}

	/**
	 * End, and wait for it.
	 */
	public void stop() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(TIMEOUT.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			assertThat(thread.isAlive()).as(thread.getName()).isFalse();
		}
	}

	/**
	 * Assert that what the store counted is what was admitted, neither more nor less.
	 */
	public void assertThatCountsAreExact() {
		Map<String, Long> admitted = new TreeMap<>();
		Map<String, List<Long>> counted = new TreeMap<>();
		this.admitted.forEach((key, units) -> admitted.put(key, units.get()));
		this.keys.forEach((key) -> counted.put(key, counted(key)));
		assertThat(counted).allSatisfy((key, units) -> assertThat(units).containsOnly(admitted.get(key)));
	}

	/**
	 * Assert that the store counted no more than was admitted and what failed, which may
	 * have been charged once.
	 */
	public void assertThatNothingIsCountedTwice() {
		assertThat(this.keys).allSatisfy((key) -> assertThat(counted(key))
			.allMatch((units) -> units <= this.admitted.get(key).get() + this.failed.get(key).get()));
	}

	private List<Long> counted(String key) {
		return this.store.acquire(request(key, 0))
			.toCompletableFuture()
			.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
			.join()
			.limits()
			.stream()
			.map((status) -> status.limit().rate().quota() - status.remaining())
			.toList();
	}

	@Override
	public void close() {
		stop();
	}

}

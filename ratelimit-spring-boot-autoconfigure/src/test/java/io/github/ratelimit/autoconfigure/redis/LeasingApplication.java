package io.github.ratelimit.autoconfigure.redis;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that asks for a unit of each of its tiers in turn, and writes down each
 * one that it gets at once, so that what it got is known however it ends. What it is told
 * is the microseconds between two rounds; at the end of that it ends.
 */
public final class LeasingApplication {

	private final List<RateLimiter> limiters;

	private final OutputStream admitted;

	private volatile long pauseMicros;

	private volatile boolean ended;

	private LeasingApplication(List<RateLimiter> limiters, OutputStream admitted) {
		this.limiters = limiters;
		this.admitted = admitted;
	}

	/**
	 * Run the application.
	 * @param arguments the file to write to, names of the tiers, and arguments of the
	 * application
	 */
	public static void main(String[] arguments) throws IOException {
		List<String> all = List.of(arguments);
		try (ConfigurableApplicationContext context = start(all.subList(2, all.size()));
				OutputStream admitted = new FileOutputStream(all.get(0));
				Scanner told = new Scanner(System.in, StandardCharsets.US_ASCII)) {
			RateLimiterRegistry limiters = context.getBean(RateLimiterRegistry.class);
			new LeasingApplication(List.of(all.get(1).split(",")).stream().map(limiters::get).toList(), admitted)
				.run(told);
		}
	}

	/**
	 * Start an instance of the application.
	 */
	static ConfigurableApplicationContext start(List<String> arguments) {
		return new SpringApplicationBuilder(Configuration.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	private void run(Scanner told) {
		CompletableFuture<Void> caller = null;
		while (told.hasNextLong()) {
			this.pauseMicros = told.nextLong();
			if (caller == null) {
				caller = CompletableFuture.runAsync(this::call, (call) -> new Thread(call, "caller").start());
			}
		}
		this.ended = true;
		if (caller != null) {
			caller.join();
		}
	}

	private void call() {
		while (!this.ended) {
			for (RateLimiter limiter : this.limiters) {
				Instant asked = Instant.now();
				RateLimitDecision decision = limiter.tryAcquire("user");
				if (decision.allowed()) {
					write(AdmittedUnits.Admission.of(decision, asked).toLine(limiter.getName()));
				}
			}
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(this.pauseMicros));
		}
	}

	private void write(String line) {
		try {
			this.admitted.write(line.getBytes(StandardCharsets.US_ASCII));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Configuration {

	}

}

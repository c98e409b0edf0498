package io.github.ratelimit.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.observation.ObservationDecisionTracer;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Prints what it costs a decision to be observed. Counts are kept in memory, and spans
 * are not sent anywhere.
 */
public final class ObservationCost {

	private static final int ROUNDS = 9;

	private static final int CALLS = 200_000;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private ObservationCost() {
	}

	/**
	 * Print the table.
	 * @param args none
	 */
	public static void main(String[] args) {
		new ObservationCost().print();
	}

	private void print() {
		List<Row> rows = List.of(new Row("not observed", DecisionTracer.NONE),
				new Row("observed, and nobody listens",
						new ObservationDecisionTracer(ObservationRegistry.create(), null)),
				new Row("observed, a trace that is not sampled", tracer(Sampler.alwaysOff())),
				new Row("observed, a trace that is sampled", tracer(Sampler.alwaysOn())));
		for (int round = -2; round < ROUNDS; round++) {
			for (Row row : rows) {
				measure(row, Math.max(round, 0));
			}
		}
		MarkdownTable table = new MarkdownTable("decision", "microseconds", "bytes allocated");
		for (Row row : rows) {
			table.row(row.title, Spread.of(row.micros).text(Report::decimal),
					Spread.of(row.bytes).text((bytes) -> Report.number(Math.round(bytes))));
		}
		new Report()
			.print("One decision in memory: the median of %d alternating rounds of %s, and the least and the most."
				.formatted(ROUNDS, Report.number(CALLS)))
			.print(table)
			.print("Java %s.".formatted(System.getProperty("java.version")));
	}

	private static DecisionTracer tracer(Sampler sampler) {
		SdkTracerProvider provider = SdkTracerProvider.builder().setSampler(sampler).build();
		OtelTracer tracer = new OtelTracer(provider.get("benchmark"), new OtelCurrentTraceContext(), (event) -> {
		});
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
		return new ObservationDecisionTracer(registry, null);
	}

	private void measure(Row row, int round) {
		long thread = Thread.currentThread().getId();
		long bytes = this.threads.getThreadAllocatedBytes(thread);
		long start = System.nanoTime();
		for (int i = 0; i < CALLS; i++) {
			row.limiter.tryAcquire("user:alice");
		}
		row.micros[round] = (System.nanoTime() - start) / 1_000.0 / CALLS;
		row.bytes[round] = (this.threads.getThreadAllocatedBytes(thread) - bytes) / (double) CALLS;
	}

	/**
	 * A way to observe, and what each round gave.
	 */
	private static final class Row {

		private final String title;

		private final RateLimiter limiter;

		private final double[] micros = new double[ROUNDS];

		private final double[] bytes = new double[ROUNDS];

		Row(String title, DecisionTracer tracer) {
			this.title = title;
			this.limiter = RateLimiter.of(RateLimiterSettings.of("api", Limit.of("1000000000/s")),
					InMemoryRateLimitStore.create(10), new RateLimitListener() {
					}, tracer);
		}

	}

}

package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

/**
 * What an algorithm makes of the {@link Traffic}: calls admitted and refused in each
 * second, and how many were admitted in the last ten.
 */
final class AlgorithmPicture {

	private static final int QUOTA = 10;

	private static final long WINDOW = 10 * Traffic.SECOND;

	private static final String ADMITTED = "#0969da";

	private static final String REFUSED = "#e8703a";

	private static final String LIMIT = "#57606a";

	private static final String GRID = "#d0d7de";

	private static final int WIDTH = 760;

	private static final int HEIGHT = 390;

	private static final double LEFT = 50;

	private static final double PER_SECOND = (WIDTH - LEFT - 20) / Traffic.SECONDS;

	private static final double CALLS_BASE = 170;

	private static final double PER_CALL = 6.5;

	private static final double SUM_BASE = 350;

	private static final double PER_UNIT = 6;

	private static final int HIGHEST_SUM = 20;

	private final Algorithm algorithm;

	private final List<Long> admitted;

	private final List<Long> refused;

	AlgorithmPicture(Algorithm algorithm) {
		this.algorithm = algorithm;
		AtomicLong now = new AtomicLong();
		RateLimiter limiter = RateLimiter.of("picture", InMemoryRateLimitStore.create(1, now::get),
				Limit.of(QUOTA, Duration.ofSeconds(10)).withAlgorithm(algorithm));
		this.admitted = Traffic.calls().stream().filter((at) -> {
			now.set(at);
			return limiter.tryAcquire("caller").allowed();
		}).toList();
		this.refused = Traffic.calls().stream().filter((at) -> !this.admitted.contains(at)).toList();
	}

	String draw() {
		String name = Report.name(this.algorithm);
		long most = this.admitted.stream().mapToLong(this::sum).max().orElse(0);
		Svg svg = new Svg(WIDTH, HEIGHT, name,
				"%d of %d calls are admitted under a limit of 10 in 10 seconds, at most %d of them in any 10 seconds."
					.formatted(this.admitted.size(), this.admitted.size() + this.refused.size(), most));
		svg.heading(LEFT, 28, name);
		svg.text(WIDTH - 20, 28, "end", "10 in 10 s");
		drawSeconds(svg);
		drawCalls(svg);
		drawSum(svg, most);
		return svg.toString();
	}

	private static void drawSeconds(Svg svg) {
		for (int second = 0; second <= Traffic.SECONDS; second += 10) {
			double x = x(second * Traffic.SECOND);
			svg.line(x, CALLS_BASE - 13 * PER_CALL, x, CALLS_BASE, GRID, "none");
			svg.line(x, SUM_BASE - (HIGHEST_SUM + 1) * PER_UNIT, x, SUM_BASE, GRID, "none");
			svg.text(x, SUM_BASE + 20, "middle", second + " s");
		}
		svg.line(LEFT, CALLS_BASE, x(Traffic.SECONDS * Traffic.SECOND), CALLS_BASE, LIMIT, "none");
		svg.line(LEFT, SUM_BASE, x(Traffic.SECONDS * Traffic.SECOND), SUM_BASE, LIMIT, "none");
	}

	private void drawCalls(Svg svg) {
		svg.text(LEFT, 56, "start", "calls in each second:");
		svg.rectangle(LEFT + 150, 46, 11, 11, ADMITTED);
		svg.text(LEFT + 166, 56, "start", "admitted (%d)".formatted(this.admitted.size()));
		svg.rectangle(LEFT + 275, 46, 11, 11, REFUSED);
		svg.text(LEFT + 291, 56, "start", "refused (%d)".formatted(this.refused.size()));
		drawCount(svg, CALLS_BASE, PER_CALL, 0);
		drawCount(svg, CALLS_BASE, PER_CALL, 10);
		for (int second = 0; second < Traffic.SECONDS; second++) {
			long passed = in(this.admitted, second);
			long stopped = in(this.refused, second);
			double x = x(second * Traffic.SECOND) + 1;
			bar(svg, x, CALLS_BASE, passed, ADMITTED);
			bar(svg, x, CALLS_BASE - passed * PER_CALL, stopped, REFUSED);
		}
	}

	private static void bar(Svg svg, double x, double base, long calls, String colour) {
		if (calls > 0) {
			svg.rectangle(x, base - calls * PER_CALL, PER_SECOND - 2, calls * PER_CALL, colour);
		}
	}

	private void drawSum(Svg svg, long most) {
		svg.text(LEFT, SUM_BASE - 150, "start", "admitted in the last 10 s: at most %d".formatted(most));
		drawCount(svg, SUM_BASE, PER_UNIT, 0);
		drawCount(svg, SUM_BASE, PER_UNIT, HIGHEST_SUM);
		drawCount(svg, SUM_BASE, PER_UNIT, QUOTA);
		StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", LEFT, SUM_BASE));
		LongStream
			.concat(this.admitted.stream().mapToLong(Long::longValue),
					this.admitted.stream().mapToLong((at) -> at + WINDOW))
			.filter((at) -> at <= Traffic.SECONDS * Traffic.SECOND)
			.sorted()
			.forEach((at) -> path
				.append(String.format(Locale.ROOT, "H%.1fV%.1f", x(at), SUM_BASE - sum(at) * PER_UNIT)));
		svg.path(path.append(String.format(Locale.ROOT, "H%.1f", x(Traffic.SECONDS * Traffic.SECOND))).toString(),
				ADMITTED);
		double limit = SUM_BASE - QUOTA * PER_UNIT;
		svg.line(LEFT, limit, x(Traffic.SECONDS * Traffic.SECOND), limit, LIMIT, "5 4");
	}

	private static void drawCount(Svg svg, double base, double perUnit, int count) {
		svg.text(LEFT - 8, base - count * perUnit + 4, "end", Integer.toString(count));
	}

	private static long in(List<Long> calls, int second) {
		return calls.stream().filter((at) -> at / Traffic.SECOND == second).count();
	}

	/**
	 * Return how many calls were admitted in the ten seconds that end at a time.
	 */
	private long sum(long at) {
		return this.admitted.stream().filter((call) -> call > at - WINDOW && call <= at).count();
	}

	private static double x(long micros) {
		return LEFT + (double) micros / Traffic.SECOND * PER_SECOND;
	}

}

package io.github.ratelimit.lease;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.lease.LeaseModel.Admission;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for an order of things in which instances that lease a limit admit more than it
 * allows.
 */
class LeaseModelTests {

	private static final int STEPS = 300;

	@Property(tries = 200)
	void tokenBucketAdmitsItsBurstAndRate(@ForAll("tokenBuckets") Limit limit, @ForAll long seed) {
		// The bucket of a model that refuses nothing: it lacks what was admitted, less
		// what came back
		long window = limit.rate().windowMicros();
		long lacking = 0;
		long at = 0;
		for (Admission admission : run(limit, seed)) {
			long cameBack = (admission.micros() - at) * limit.rate().quota();
			lacking = ((at == 0) ? 0 : Math.max(0, lacking - cameBack)) + admission.cost() * window;
			at = admission.micros();
			assertThat(lacking).isLessThanOrEqualTo(limit.burst() * window);
		}
	}

	@Property(tries = 200)
	void fixedWindowAdmitsItsQuota(@ForAll("windows") Limit limit, @ForAll long seed) {
		Map<Long, Long> windows = new HashMap<>();
		run(limit.withAlgorithm(Algorithm.FIXED_WINDOW), seed).forEach((admission) -> windows
			.merge(admission.micros() / limit.rate().windowMicros(), admission.cost(), Long::sum));
		assertThat(windows.values()).allSatisfy((units) -> assertThat(units).isLessThanOrEqualTo(limit.burst()));
	}

	@Property(tries = 200)
	void slidingWindowAdmitsItsQuota(@ForAll("windows") Limit limit, @ForAll long seed) {
		List<Admission> admissions = run(limit.withAlgorithm(Algorithm.SLIDING_WINDOW), seed);
		assertThat(worst(admissions, limit.rate().windowMicros())).isLessThanOrEqualTo(limit.burst());
	}

	@Property(tries = 200)
	void slidingWindowCounterAdmitsTwiceItsQuota(@ForAll("windows") Limit limit, @ForAll long seed) {
		List<Admission> admissions = run(limit.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER), seed);
		assertThat(worst(admissions, limit.rate().windowMicros())).isLessThanOrEqualTo(2 * limit.burst());
	}

	@Test
	void mostIsAdmittedFromLeases() {
		for (Algorithm algorithm : Algorithm.values()) {
			Limit limit = Limit.of("1000/m").withAlgorithm(algorithm).withMode(LimitMode.LEASED);
			long admitted = 0;
			long fromLeases = 0;
			for (long seed = 0; seed < 20; seed++) {
				LeaseModel model = new LeaseModel(limit, new Random(seed));
				admitted += model.run(STEPS).stream().mapToLong(Admission::cost).sum();
				fromLeases += model.fromLeases();
			}
			assertThat(fromLeases).as(algorithm + ": from leases, of " + admitted).isGreaterThan(admitted / 4);
		}
	}

	private static long worst(List<Admission> admissions, long windowMicros) {
		long worst = 0;
		long sum = 0;
		int from = 0;
		for (Admission last : admissions) {
			sum += last.cost();
			while (last.micros() - admissions.get(from).micros() >= windowMicros) {
				sum -= admissions.get(from).cost();
				from++;
			}
			worst = Math.max(worst, sum);
		}
		return worst;
	}

	private static List<Admission> run(Limit limit, long seed) {
		return new LeaseModel(limit.withMode(LimitMode.LEASED), new Random(seed)).run(STEPS)
			.stream()
			.sorted(Comparator.comparingLong(Admission::micros))
			.toList();
	}

	@Provide
	Arbitrary<Limit> tokenBuckets() {
		return Arbitraries.of(Limit.of("100/s"), Limit.of("1000/s").withBurst(130), Limit.of("7/s").withBurst(300),
				Limit.of("100/13s").withBurst(111), Limit.of("1000/m"), Limit.of("5000/s").withBurst(1000));
	}

	@Provide
	Arbitrary<Limit> windows() {
		return Arbitraries.of(Limit.of("100/s"), Limit.of("333/s"), Limit.of("1000/s"), Limit.of("500/10s"),
				Limit.of("1000/m"));
	}

}

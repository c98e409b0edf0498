package io.github.ratelimit.benchmarks;

import java.time.Duration;

import io.github.ratelimit.benchmarks.contender.Contender;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;
import io.github.ratelimit.benchmarks.contender.Setup;

/**
 * What four instances admit of one hot key together, while far more is asked for than the
 * limit allows.
 *
 * @param admitted units admitted
 * @param seconds in how much time
 * @param worst units above the bound in the worst window, below zero where the bound was
 * not reached anywhere
 */
record OverAdmission(long admitted, double seconds, double worst) {

	static final Quota QUOTA = new Quota(20_000, 1);

	static OverAdmission measure(MeasuredRedis redis, Peer peer, Duration time) {
		redis.clear();
		Admissions admissions = new Admissions();
		try (Contender contender = peer.open(new Setup(redis.uri(), QUOTA, 1))) {
			Contender watched = (key) -> {
				long start = System.nanoTime();
				boolean allowed = contender.tryAcquire(key);
				if (allowed) {
					admissions.add(start, System.nanoTime());
				}
				return allowed;
			};
			Load.Result result = Load.run(watched, Keys.of(1), Scenes.CONNECTIONS, 0, time);
			return new OverAdmission(admissions.count(), result.seconds(),
					admissions.worstExcess(QUOTA.units(), (double) QUOTA.units() / QUOTA.seconds()));
		}
	}

	/**
	 * Return the units that no limit allows.
	 */
	long excess() {
		return Math.max(0, (long) Math.ceil(this.worst - 1e-6));
	}

	String text() {
		return """
				Over-admission: four leased instances, %d threads, a limit of %s a second with a burst of as many: %s \
				units were admitted in %s s. In the worst window %s.""".formatted(Scenes.CONNECTIONS,
				Report.number(QUOTA.units()), Report.number(this.admitted), Report.decimal(this.seconds),
				(excess() > 0) ? Report.number(excess()) + " more than the bound were"
						: Report.number(Math.round(-this.worst)) + " fewer than the bound were");
	}

}

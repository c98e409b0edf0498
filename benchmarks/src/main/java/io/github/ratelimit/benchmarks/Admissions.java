package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was admitted, and when: each a call that began and ended at some time, between
 * which it was decided.
 */
final class Admissions {

	private final List<Admission> admissions = new ArrayList<>();

	synchronized void add(long startNanos, long endNanos) {
		this.admissions.add(new Admission(startNanos, endNanos));
	}

	synchronized int count() {
		return this.admissions.size();
	}

	/**
	 * Return by how many units a token bucket's bound was exceeded in the worst window:
	 * of all calls that began and ended in one, no more may be admitted than the burst
	 * and what came back in it. Zero or less where it was kept everywhere.
	 */
	synchronized double worstExcess(long burst, double perSecond) {
		List<Admission> byStart = new ArrayList<>(this.admissions);
		byStart.sort(Comparator.comparingLong(Admission::start));
		List<Admission> byEnd = new ArrayList<>(this.admissions);
		byEnd.sort(Comparator.comparingLong(Admission::end));
		double worst = Double.NEGATIVE_INFINITY;
		// A window begins with a call; more beginnings than these find next to nothing
		int step = Math.max(1, byStart.size() / 500);
		for (int i = 0; i < byStart.size(); i += step) {
			worst = Math.max(worst, worstFrom(byStart.get(i).start(), byEnd, burst, perSecond));
		}
		return worst;
	}

	private static double worstFrom(long from, List<Admission> byEnd, long burst, double perSecond) {
		double worst = Double.NEGATIVE_INFINITY;
		int admitted = 0;
		for (Admission admission : byEnd) {
			if (admission.start() >= from) {
				admitted++;
				worst = Math.max(worst, admitted - burst - perSecond * (admission.end() - from) / 1e9);
			}
		}
		return worst;
	}

	private record Admission(long start, long end) {
	}

}

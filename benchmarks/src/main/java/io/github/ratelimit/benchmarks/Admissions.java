package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
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
		byStart.sort(Comparator.comparingLong(Admission::start).reversed());
		long[] ends = byStart.stream().mapToLong(Admission::end).sorted().toArray();
		double perNano = perSecond / 1e9;
		// For each end of a window what was admitted until then, less what came back
		MostOfSuffixes windows = new MostOfSuffixes(ends.length);
		int known = ends.length;
		double worst = Double.NEGATIVE_INFINITY;
		for (Admission admission : byStart) {
			while (known > 0 && ends[known - 1] >= admission.start()) {
				known--;
				windows.set(known, -perNano * (ends[known] - ends[0]));
			}
			windows.addFrom(Arrays.binarySearch(ends, admission.end()));
			worst = Math.max(worst, windows.most() + perNano * (admission.start() - ends[0]) - burst);
		}
		return worst;
	}

	/**
	 * Numbers of which all from some place on grow by one at a time, and the greatest of
	 * them: a tree of maxima.
	 */
	private static final class MostOfSuffixes {

		private final int size;

		private final double[] most;

		private final double[] added;

		MostOfSuffixes(int numbers) {
			this.size = Integer.highestOneBit(Math.max(1, numbers - 1)) * 2;
			this.most = new double[2 * this.size];
			this.added = new double[2 * this.size];
			Arrays.fill(this.most, Double.NEGATIVE_INFINITY);
		}

		/**
		 * Set a number before any from its place on has grown.
		 */
		void set(int place, double number) {
			int node = this.size + place;
			this.most[node] = number;
			while (node > 1) {
				node /= 2;
				this.most[node] = Math.max(this.most[2 * node], this.most[2 * node + 1]) + this.added[node];
			}
		}

		void addFrom(int place) {
			int node = this.size + place;
			this.most[node]++;
			this.added[node]++;
			while (node > 1) {
				if (node % 2 == 0) {
					this.most[node + 1]++;
					this.added[node + 1]++;
				}
				node /= 2;
				this.most[node] = Math.max(this.most[2 * node], this.most[2 * node + 1]) + this.added[node];
			}
		}

		double most() {
			return this.most[1];
		}

	}

	private record Admission(long start, long end) {
	}

}

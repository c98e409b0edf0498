package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

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
		MostOfSuffixes windows = new MostOfSuffixes(
				LongStream.of(ends).mapToDouble((end) -> -perNano * (end - ends[0])).toArray());
		double worst = Double.NEGATIVE_INFINITY;
		for (Admission admission : byStart) {
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

		MostOfSuffixes(double[] numbers) {
			this.size = Integer.highestOneBit(Math.max(1, numbers.length - 1)) * 2;
			this.most = new double[2 * this.size];
			this.added = new double[2 * this.size];
			Arrays.fill(this.most, Double.NEGATIVE_INFINITY);
			System.arraycopy(numbers, 0, this.most, this.size, numbers.length);
			for (int i = this.size - 1; i > 0; i--) {
				this.most[i] = Math.max(this.most[2 * i], this.most[2 * i + 1]);
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

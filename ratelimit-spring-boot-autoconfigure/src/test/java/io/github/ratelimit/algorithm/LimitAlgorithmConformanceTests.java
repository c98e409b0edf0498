package io.github.ratelimit.algorithm;

import java.util.List;
import java.util.stream.Collectors;

import io.github.ratelimit.conformance.ConformanceCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Runs the conformance vectors of all algorithms through {@link LimitAlgorithm}.
 */
class LimitAlgorithmConformanceTests {

	@Test
	void allVectorsAreRun() {
		assertThat(cases().stream()
			.collect(Collectors.groupingBy(ConformanceCase::algorithm,
					Collectors.summingInt((vector) -> vector.calls().size()))))
			.containsOnly(entry("token-bucket", 1944), entry("fixed-window", 1530), entry("sliding-window", 1431),
					entry("sliding-window-counter", 1346));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void decidesAsTheVectorSays(ConformanceCase vector) {
		CountedKey key = new CountedKey(vector.limit());
		for (ConformanceCase.Call call : vector.calls()) {
			call.check(key.acquire(call.t(), call.cost()));
		}
	}

	static List<ConformanceCase> cases() {
		return ConformanceCase.all();
	}

}

package io.github.ratelimit.algorithm;

import java.util.List;

import io.github.ratelimit.conformance.ConformanceCase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the conformance vectors through {@link TokenBucket}.
 */
class TokenBucketConformanceTests {

	@Test
	void allVectorsAreRun() {
		assertThat(cases()).hasSize(40);
		assertThat(cases().stream().mapToInt((vector) -> vector.calls().size()).sum()).isEqualTo(1944);
	}

	@ParameterizedTest
	@MethodSource("cases")
	void decidesAsTheVectorSays(ConformanceCase vector) {
		TokenBucket bucket = TokenBucket.of(vector.limit());
		TokenBucketState state = null;
		for (ConformanceCase.Call call : vector.calls()) {
			call.check(bucket.status(bucket.spentAt(state, call.t()), call.cost()));
			state = next(bucket, state, call);
		}
	}

	private static @Nullable TokenBucketState next(TokenBucket bucket, @Nullable TokenBucketState state,
			ConformanceCase.Call call) {
		TokenBucketState charged = bucket.charge(state, call.t(), call.cost());
		return (charged != null) ? charged : state;
	}

	static List<ConformanceCase> cases() {
		return ConformanceCase.of("token-bucket");
	}

}

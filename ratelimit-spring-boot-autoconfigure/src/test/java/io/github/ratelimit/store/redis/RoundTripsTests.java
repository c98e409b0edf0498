package io.github.ratelimit.store.redis;

import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how far a server is taken to be, and of what follows from it.
 */
class RoundTripsTests {

	private static final long FAR = 30_000_000;

	private static final long NEAR = 200_000;

	private static final LongSupplier NO_TIME = () -> 0;

	private final RoundTrips roundTrips = new RoundTrips();

	@Test
	void firstOnesAreNotReliedOn() {
		note(RoundTrips.ENOUGH - 1, FAR);
		assertThat(this.roundTrips.fastest()).isZero();
		note(1, FAR);
		assertThat(this.roundTrips.fastest()).isEqualTo(FAR);
	}

	@Test
	void slowOnesDoNotMakeItFarther() {
		note(1, NEAR);
		note(2 * RoundTrips.LATELY - 1, FAR);
		assertThat(this.roundTrips.fastest()).isEqualTo(NEAR);
	}

	@Test
	void serverInItsPlaceThatIsFartherIsKnownAfterAWhile() {
		note(3 * RoundTrips.LATELY, NEAR);
		note(2 * RoundTrips.LATELY, FAR);
		assertThat(this.roundTrips.fastest()).isEqualTo(FAR);
	}

	@Test
	void serverInItsPlaceThatIsNearerIsKnownAtOnce() {
		note(3 * RoundTrips.LATELY, FAR);
		note(1, NEAR);
		assertThat(this.roundTrips.fastest()).isEqualTo(NEAR);
	}

	@Test
	void moreBatchesAreUnderWayTheFartherItIs() {
		Gathering gathering = new Gathering(4, 64, true, NO_TIME);
		assertThat(gathering.batches(0)).isEqualTo(4);
		assertThat(gathering.batches(NEAR)).isEqualTo(4);
		assertThat(gathering.batches(1_249_999)).isEqualTo(4);
		assertThat(gathering.batches(1_250_000)).isEqualTo(5);
		assertThat(gathering.batches(FAR)).isEqualTo(120);
		assertThat(gathering.batches(Long.MAX_VALUE)).isGreaterThan(CommandsUnderWay.MAX);
	}

	private void note(int times, long nanos) {
		for (int i = 0; i < times; i++) {
			this.roundTrips.note(nanos);
		}
	}

}

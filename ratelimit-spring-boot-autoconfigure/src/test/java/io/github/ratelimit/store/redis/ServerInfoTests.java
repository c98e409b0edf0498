package io.github.ratelimit.store.redis;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerInfo}.
 */
class ServerInfoTests {

	@Test
	void serverThatTellsNothingIsNoRisk() {
		assertThat(ServerInfo.parse("").version()).isNull();
		assertThat(ServerInfo.parse("").warnings()).isEmpty();
		assertThat(ServerInfo.parse("# Server\r\nnonsense\r\n:\r\nredis_version:\r\n").warnings()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "6.2.0", "6.2.11", "7.0.15", "7.2.4", "8.0", "10.0.0", "255.255.255", "7.4.0-rc1" })
	void versionsFrom62OnAreSupported(String version) {
		ServerInfo info = ServerInfo.parse("redis_version:" + version + "\r\n");
		assertThat(info.version()).isEqualTo(version);
		assertThat(info.warnings()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "6.0.20", "5.0.14", "2.8", "6", "6.1.242" })
	void olderVersionsAreToBeUpgraded(String version) {
		assertThat(ServerInfo.parse("redis_version:" + version + "\r\n").warnings())
			.containsExactly("Redis " + version + " is older than 6.2, which limits are tested with: "
					+ "decisions may fail or be wrong. Upgrade the server.");
	}

	@ParameterizedTest
	@CsvSource({ "0, allkeys-lru, false", "100, noeviction, false", "100, allkeys-lru, true", "100, volatile-ttl, true",
			"100, volatile-lfu, true", "100, allkeys-random, true" })
	void policyThatForgetsCountsIsARiskWhereMemoryIsLimited(String memory, String policy, boolean risk) {
		ServerInfo info = ServerInfo
			.parse("# Memory\r\nmaxmemory:" + memory + "\r\nmaxmemory_policy:" + policy + "\r\n");
		assertThat(!info.warnings().isEmpty()).isEqualTo(risk);
		assertThat(info.warnings()).allSatisfy((warning) -> assertThat(warning).contains(policy, "noeviction"));
	}

	@Test
	void replicaIsARiskUnlessTheClientFindsThePrimaries() {
		assertThat(ServerInfo.parse("redis_mode:standalone\r\nrole:slave\r\n").warnings()).hasSize(1);
		assertThat(ServerInfo.parse("redis_mode:cluster\r\nrole:slave\r\n").warnings()).isEmpty();
		assertThat(ServerInfo.parse("redis_mode:standalone\r\nrole:master\r\n").warnings()).isEmpty();
	}

}

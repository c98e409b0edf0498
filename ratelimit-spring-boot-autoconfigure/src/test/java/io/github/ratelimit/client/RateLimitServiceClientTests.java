package io.github.ratelimit.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RateLimitServiceClient} where the service answers.
 */
class RateLimitServiceClientTests {

	private final FakeService service = new FakeService();

	private final RateLimitServiceClientSettings settings = RateLimitServiceClientSettings.of(this.service.url())
		.withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));

	private final RateLimitServiceClient client = RateLimitServiceClient.create(this.settings);

	@AfterEach
	void close() {
		this.service.close();
	}

	@Test
	void asksInTheWireFormat() {
		this.client.check("user_123");
		assertThat(this.service.lastRequest().line()).isEqualTo("POST /v1/check");
		assertThat(this.service.lastRequest().body()).isEqualTo("{\"client_id\":\"user_123\"}");
		assertThat(this.service.lastRequest().headers().getFirst("Content-Type")).isEqualTo("application/json");
		this.client.check("user_123", "login");
		assertThat(this.service.lastRequest().body()).isEqualTo("{\"client_id\":\"user_123\",\"limit_key\":\"login\"}");
		this.client.check("user_123", "login", 0);
		assertThat(this.service.lastRequest().body())
			.isEqualTo("{\"client_id\":\"user_123\",\"limit_key\":\"login\",\"cost\":0}");
		this.client.check(ServiceCheck.of("user_123").withCost(Long.MAX_VALUE).withPlan("gold"));
		assertThat(this.service.lastRequest().body())
			.isEqualTo("{\"client_id\":\"user_123\",\"cost\":9223372036854775807,\"plan\":\"gold\"}");
	}

	@Test
	void tellsWhatTheServiceDecided() {
		assertThat(this.client.check("user_123", "login"))
			.isEqualTo(new ServiceDecision(Outcome.ALLOWED, DecidedBy.SERVICE, 20, Duration.ofMinutes(1), 19,
					Duration.ZERO, Instant.parse("2023-01-11T17:06:29.123Z")));
		this.service.answers(FakeService.REFUSED);
		ServiceDecision refused = this.client.check("user_123", "login");
		assertThat(refused.allowed()).isFalse();
		assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(2500));
	}

	@Test
	void refusalMayHaveAStatusOfItsOwn() {
		this.service.answers(429, "application/json", FakeService.REFUSED);
		assertThat(this.client.check("user_123").outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(this.client.check("user_123").decidedBy()).isEqualTo(DecidedBy.SERVICE);
	}

	@Test
	void whatTheServiceCannotTellIsNotTold() {
		this.service.answers(
				"""
						{"allowed":true,"remaining":null,"retry_after_ms":null,"limit":20,"window":0.5,"reset_at":null,"new":[]}""");
		assertThat(this.client.check("user_123")).isEqualTo(new ServiceDecision(Outcome.UNCHECKED, DecidedBy.SERVICE,
				20, Duration.ofMillis(500), -1, Duration.ZERO, null));
		this.service.answers("""
				{"allowed":false,"remaining":3,"retry_after_ms":null,"limit":20,"window":60,"reset_at":1673456789}""");
		assertThat(this.client.check("user_123").retryAfter()).isNull();
	}

	@Test
	void unavailableServiceThatSaysSoIsObeyed() {
		this.service.answers(503, "application/problem+json", """
				{"type":"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity","status":503}""");
		for (int i = 0; i < 20; i++) {
			assertThat(this.client.check("user_123"))
				.isEqualTo(ServiceDecision.untold(Outcome.UNAVAILABLE, DecidedBy.SERVICE));
		}
		assertThat(this.service.requests()).hasSize(20);
		assertThat(this.client.checkEach(List.of(ServiceCheck.of("a"), ServiceCheck.of("b"))).decisions()).hasSize(2)
			.allMatch((decision) -> decision.outcome() == Outcome.UNAVAILABLE);
	}

	@Test
	void checkOfABatchThatNobodyCouldDecideIsUnavailable() {
		this.service.answers("{\"allowed\":false,\"results\":[" + FakeService.REFUSED + """
				,{"allowed":false,"remaining":null,"retry_after_ms":null,"limit":20,"window":60,"reset_at":null,\
				"error":"unavailable"}]}""");
		assertThat(this.client.checkEach(List.of(ServiceCheck.of("a"), ServiceCheck.of("b"))).decisions())
			.extracting(ServiceDecision::outcome)
			.containsExactly(Outcome.REFUSED, Outcome.UNAVAILABLE);
	}

	@Test
	void wrongCheckIsTheCallersFault() {
		this.service.answers(400, "application/problem+json",
				"{\"status\":400,\"field\":\"limit_key\",\"detail\":\"There is no such limit.\"}");
		for (int i = 0; i < 20; i++) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.client.check("user_123", "lgin"))
				.withMessage("The rate limit service rejects 'limit_key': There is no such limit.");
		}
		assertThat(this.service.requests()).hasSize(20);
		this.service.answers(413, "application/problem+json", "{}");
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.check("user_123"))
			.withMessage("The rate limit service rejects the check: it answered 413");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n" })
	void blankNamesAreNotAskedFor(String blank) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.check(blank));
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.check("user_123", blank));
		assertThatIllegalArgumentException().isThrownBy(() -> ServiceCheck.of("user_123").withPlan(blank));
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.check("user_123", "login", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.checkEach(List.of()));
		assertThat(this.service.requests()).isEmpty();
	}

	@Test
	void anyClientCanBeAskedFor() {
		this.client.check("user:\"42\"\r\nÄ\uD83D\uDE00/../\u0000");
		assertThat(this.service.lastRequest().body())
			.isEqualTo("{\"client_id\":\"user:\\\"42\\\"\\r\\nÄ\uD83D\uDE00/../\\u0000\"}");
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.check("half \uD83D"))
			.withMessage("clientId must not have half of a character");
	}

	@Test
	void severalAreAskedForInOneRequest() {
		this.service
			.answers("{\"allowed\":false,\"results\":[" + FakeService.ALLOWED + "," + FakeService.REFUSED + "]}");
		List<ServiceCheck> checks = List.of(ServiceCheck.of("a", "login"), ServiceCheck.of("b").withCost(5));
		ServiceBatchDecision each = this.client.checkEach(checks);
		assertThat(this.service.lastRequest().line()).isEqualTo("POST /v1/check/batch");
		assertThat(this.service.lastRequest().body()).isEqualTo("{\"mode\":\"independent\",\"checks\":"
				+ "[{\"client_id\":\"a\",\"limit_key\":\"login\"},{\"client_id\":\"b\",\"cost\":5}]}");
		assertThat(each.allowed()).isFalse();
		assertThat(each.decisions()).extracting(ServiceDecision::allowed).containsExactly(true, false);
		this.client.checkTogether(checks);
		assertThat(this.service.lastRequest().body()).startsWith("{\"mode\":\"all\",");
	}

	@Test
	void refusalIsThrownAsTheLimitersOwn() {
		assertThat(this.client.checkOrThrow("user_123", "login").remaining()).isEqualTo(19);
		this.service.answers(FakeService.REFUSED);
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> this.client.checkOrThrow("user_123", "login"))
			.withMessage("Rate limit 'login' exceeded, please try again in 3 seconds")
			.satisfies((ex) -> {
				RateLimitDecision decision = ex.getDecision();
				assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
				assertThat(decision.limit()).isEqualTo(20);
				assertThat(decision.remaining()).isZero();
				assertThat(decision.refusedBy()).containsExactly("login");
				assertThat(decision.resetAfter()).isZero();
			});
		this.service.answers("{\"allowed\":false}");
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> this.client.checkOrThrow("user_123", "any key/at all"))
			.satisfies((ex) -> assertThat(ex.getDecision().outcome()).isEqualTo(Outcome.REFUSED));
	}

	@Test
	void keyAndCorrelationIdAreSent() {
		RateLimitServiceClient withKey = RateLimitServiceClient
			.create(this.settings.withApiKey("k-1").withCorrelationId(() -> "abc-1"));
		withKey.check("user_123");
		assertThat(this.service.lastRequest().headers().get("X-API-Key")).containsExactly("k-1");
		assertThat(this.service.lastRequest().headers().get("X-Correlation-ID")).containsExactly("abc-1");
		this.client.check("user_123");
		assertThat(this.service.lastRequest().headers()).doesNotContainKeys("X-API-Key", "X-Correlation-ID");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\r\nX-API-Key: other", "\u00e4" })
	void correlationIdThatIsNoneIsNotSent(String correlationId) {
		RateLimitServiceClient withId = RateLimitServiceClient
			.create(this.settings.withCorrelationId(() -> correlationId));
		assertThat(withId.check("user_123").decidedBy()).isEqualTo(DecidedBy.SERVICE);
		assertThat(this.service.lastRequest().headers()).doesNotContainKey("X-Correlation-ID");
	}

	@Test
	void serviceMayHaveABasePath() {
		RateLimitServiceClient below = RateLimitServiceClient
			.create(RateLimitServiceClientSettings.of(URI.create(this.service.url() + "/limits%20a/")));
		below.check("user_123");
		assertThat(this.service.lastRequest().line()).isEqualTo("POST /limits%20a/v1/check");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:8080", "ftp://localhost", "http:///path", "http://user:secret@localhost",
			"http://localhost?a=b", "http://localhost#a", "/path", "http:opaque" })
	void addressIsOfHttpAndNothingElse(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> RateLimitServiceClientSettings.of(URI.create(url)))
			.withMessageStartingWith("url must ")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	@Test
	void settingsAreChecked() {
		Duration second = Duration.ofSeconds(1);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.settings.withTimeouts(Duration.ZERO, second).toString());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.settings.withTimeouts(second, Duration.ofDays(1)).toString());
		assertThatIllegalArgumentException().isThrownBy(() -> this.settings.withCircuitBreaker(0, second).toString());
		assertThatIllegalArgumentException().isThrownBy(() -> this.settings.withApiKey("a\nb").toString())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("a\nb"));
		assertThat(this.settings.withApiKey("k-1").toString()).doesNotContain("k-1");
	}

}

package io.github.ratelimit.client;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.client.ServiceDecision.DecidedBy;
import io.github.ratelimit.testsupport.Pause;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RateLimitServiceClient} where the service does not answer, or with
 * something else than an answer.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class UnreachableServiceTests {

	private static final Duration READ_TIMEOUT = Duration.ofMillis(300);

	private final FakeService service = new FakeService();

	private final RateLimitServiceClientSettings settings = RateLimitServiceClientSettings.of(this.service.url())
		.withTimeouts(READ_TIMEOUT, Duration.ofSeconds(10));

	@AfterEach
	void close() {
		this.service.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			200 | application/json | ``
			200 | application/json | not json
			200 | application/json | []
			200 | application/json | null
			200 | application/json | {}
			200 | application/json | {"allowed":"true"}
			200 | application/json | {"allowed":null,"remaining":1}
			200 | application/json | {"allowed":true,"remaining":-1}
			200 | application/json | {"allowed":true,"remaining":1.5}
			200 | application/json | {"allowed":true,"remaining":1e999999999}
			200 | application/json | {"allowed":true,"limit":9223372036854775808}
			200 | application/json | {"allowed":true,"window":"60"}
			200 | application/json | {"allowed":true,"window":1e308}
			200 | application/json | {"allowed":true,"window":-1e999999999}
			200 | application/json | {"allowed":true,"reset_at":1e999999999}
			200 | application/json | {"allowed":true,"retry_after_ms":"0"}
			200 | application/json | {"allowed":true
			200 | text/html        | <html>Welcome</html>
			200 | no type          | {"allowed":true}
			204 | application/json | ``
			302 | application/json | {"allowed":true}
			400 | text/html        | <html>Bad Request</html>
			401 | application/problem+json | {}
			403 | application/problem+json | {}
			404 | application/problem+json | {}
			413 | text/html        | <html>Too Large</html>
			429 | text/html        | <html>Too Many Requests</html>
			429 | application/json | {"allowed":true}
			429 | application/problem+json | {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded"}
			500 | application/json | {"allowed":true}
			502 | text/html        | <html>Bad Gateway</html>
			503 | text/html        | <html>Service Unavailable</html>
			503 | application/problem+json | {"type":"about:blank"}
			503 | application/problem+json | [
			""")
	void whatIsNoAnswerIsLeftToTheFailureMode(int status, String contentType, String body, CapturedOutput output) {
		this.service.answers(status, contentType, body);
		assertThat(client(this.settings).check("user_123"))
			.isEqualTo(ServiceDecision.untold(Outcome.UNCHECKED, DecidedBy.FAILURE_MODE));
		assertThat(client(this.settings.withFailureMode(FailureMode.CLOSED)).check("user_123"))
			.isEqualTo(ServiceDecision.untold(Outcome.UNAVAILABLE, DecidedBy.FAILURE_MODE));
		assertThat(this.service.requests()).hasSize(2);
		assertThat(output).contains("The rate limit service at " + this.service.url() + " cannot be asked (")
			.contains("follow failure mode 'open'");
	}

	@Test
	void batchWithoutAResultForEachCheckIsNoAnswer() {
		this.service.answers("{\"allowed\":true,\"results\":[" + FakeService.ALLOWED + "]}");
		ServiceBatchDecision decision = client(this.settings)
			.checkEach(List.of(ServiceCheck.of("a"), ServiceCheck.of("b")));
		assertThat(decision.allowed()).isTrue();
		assertThat(decision.decisions()).hasSize(2).allMatch((each) -> each.outcome() == Outcome.UNCHECKED);
	}

	@Test
	void nobodyListens() {
		URI url = this.service.url();
		this.service.close();
		assertThat(client(RateLimitServiceClientSettings.of(url)).check("user_123").outcome())
			.isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void hostThatIsNotKnown() {
		assertThat(client(RateLimitServiceClientSettings.of(URI.create("http://limits.invalid"))).check("user_123")
			.outcome()).isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void redirectIsNotFollowedWithTheKey() {
		try (FakeService other = new FakeService()) {
			this.service.handles((exchange) -> {
				exchange.getResponseHeaders().set("Location", other.url() + "/v1/check");
				exchange.sendResponseHeaders(307, -1);
				exchange.close();
			});
			assertThat(client(this.settings.withApiKey("k-1")).check("user_123").outcome())
				.isEqualTo(Outcome.UNCHECKED);
			assertThat(other.requests()).isEmpty();
		}
	}

	@Test
	void answerThatBreaksOffIsNotAskedForAgain() {
		this.service.handles((exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, 1000);
			exchange.getResponseBody().write(FakeService.ALLOWED.getBytes(StandardCharsets.UTF_8));
			exchange.getResponseBody().flush();
			throw new IOException("Broken off");
		});
		assertThat(client(this.settings).check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(this.service.requests()).hasSize(1);
	}

	@Test
	void connectionThatIsClosedWithoutAnAnswerIsNotAskedAgain() {
		this.service.handles(HttpExchange::close);
		assertThat(client(this.settings).check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(this.service.requests()).hasSize(1);
	}

	@Test
	void answerWithoutEndIsNotReadToItsEnd() {
		this.service.handles((exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, 0);
			try (OutputStream out = exchange.getResponseBody()) {
				byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
				while (!Thread.currentThread().isInterrupted()) {
					out.write(spaces);
				}
			}
		});
		long start = System.nanoTime();
		assertThat(client(this.settings).check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
	}

	@Test
	void answerThatTricklesInIsNotWaitedForLongerThanTheReadTimeout() {
		this.service.handles((exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, 0);
			try (OutputStream out = exchange.getResponseBody()) {
				while (!Thread.currentThread().isInterrupted()) {
					out.write(' ');
					out.flush();
					Pause.of(Duration.ofMillis(50));
				}
			}
		});
		RateLimitServiceClient impatient = client(this.settings.withTimeouts(READ_TIMEOUT, READ_TIMEOUT));
		long start = System.nanoTime();
		assertThat(impatient.check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void lateAnswerIsToldAsSuch(CapturedOutput output) {
		this.service.hangs();
		client(this.settings.withTimeouts(READ_TIMEOUT, READ_TIMEOUT)).check("user_123");
		assertThat(output).contains("cannot be asked (no answer within 300 ms)");
	}

	@Test
	void serviceThatHangsCostsATimeoutAFewTimesAndOneWarning(CapturedOutput output) {
		this.service.hangs();
		RateLimitServiceClient client = client(
				this.settings.withTimeouts(READ_TIMEOUT, READ_TIMEOUT).withCircuitBreaker(3, Duration.ofMillis(500)));
		for (int i = 0; i < 100; i++) {
			assertThat(client.check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
		}
		assertThat(this.service.requests()).hasSize(3);
		assertThat(output.toString().split("cannot be asked", -1)).hasSize(2);
		this.service.answers(FakeService.ALLOWED);
		Awaitility.await().until(() -> client.check("user_123").decidedBy() == DecidedBy.SERVICE);
		client.check("user_123");
		assertThat(output.toString().split("answers again, after PT", -1)).hasSize(2);
		assertThat(output.toString().split("cannot be asked", -1)).hasSize(2);
	}

	@Test
	void wrongKeyIsToldOnce(CapturedOutput output) {
		this.service.answers(401, "application/problem+json", "{\"status\":401}");
		RateLimitServiceClient client = client(this.settings.withApiKey("k-1"));
		for (int i = 0; i < 10; i++) {
			client.check("user_123");
		}
		assertThat(output.toString().split("it answered 401: the API key is missing or wrong", -1)).hasSize(2);
		assertThat(output).doesNotContain("k-1");
	}

	@Test
	void serviceThatComesAndGoesIsToldOnceAMinute(CapturedOutput output) {
		RateLimitServiceClient client = client(this.settings);
		for (int i = 0; i < 10; i++) {
			this.service.answers(500, "text/plain", "");
			client.check("user_123");
			this.service.answers(FakeService.ALLOWED);
			client.check("user_123");
		}
		assertThat(output.toString().split("cannot be asked", -1)).hasSize(2);
		assertThat(output.toString().split("answers again", -1)).hasSize(2);
	}

	@Test
	void decidesByItsOwnLimitsUntilTheServiceAnswers() {
		this.service.answers(500, "text/plain", "");
		RateLimitServiceClient client = client(
				this.settings.withLocalLimits(Map.of("global", Limit.of("2/h"), "login", Limit.of("1/h"))));
		ServiceDecision first = client.check("a");
		assertThat(first.decidedBy()).isEqualTo(DecidedBy.LOCAL);
		assertThat(first.limit()).isEqualTo(2);
		assertThat(first.remaining()).isEqualTo(1);
		assertThat(first.window()).isEqualTo(Duration.ofHours(1));
		assertThat(client.check("a").allowed()).isTrue();
		assertThat(client.check("a").allowed()).isFalse();
		assertThat(client.check("b").allowed()).isTrue();
		assertThat(client.check("a", "login").allowed()).isTrue();
		assertThat(client.check("a", "login").retryAfter()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
		assertThat(client.check("a", "search", 2).allowed()).isTrue();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> client.checkOrThrow("a", "search"));
		this.service.answers(FakeService.ALLOWED);
		assertThat(client(this.settings).check("a").decidedBy()).isEqualTo(DecidedBy.SERVICE);
	}

	@Test
	void decidesSeveralByItsOwnLimits() {
		this.service.answers(500, "text/plain", "");
		RateLimitServiceClient client = client(
				this.settings.withLocalLimits(Map.of("global", Limit.of("2/h"), "login", Limit.of("1/h"))));
		List<ServiceCheck> checks = List.of(ServiceCheck.of("a"), ServiceCheck.of("a", "login").withCost(2));
		assertThat(client.checkTogether(checks).allowed()).isFalse();
		assertThat(client.check("a", "global", 0).remaining()).isEqualTo(2);
		ServiceBatchDecision each = client.checkEach(checks);
		assertThat(each.allowed()).isFalse();
		assertThat(each.decisions()).extracting(ServiceDecision::allowed).containsExactly(true, false);
		assertThat(client.check("a", "global", 0).remaining()).isEqualTo(1);
	}

	@Test
	void interruptedCallerSaysNothingOfTheService(CapturedOutput output) {
		RateLimitServiceClient client = client(this.settings.withCircuitBreaker(1, Duration.ofHours(1)));
		for (int i = 0; i < 3; i++) {
			Thread.currentThread().interrupt();
			assertThat(client.check("user_123").outcome()).isEqualTo(Outcome.UNCHECKED);
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThat(client.check("user_123").decidedBy()).isEqualTo(DecidedBy.SERVICE);
		assertThat(output).doesNotContain("cannot be asked");
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, IllegalArgumentException.class })
	void interceptorThatFailsIsNoAnswer(Class<? extends RuntimeException> type) throws Exception {
		RuntimeException failure = type.getConstructor(String.class).newInstance("no token");
		RestClient.Builder builder = RestClient.builder().requestInterceptor((request, body, execution) -> {
			throw failure;
		});
		assertThat(RateLimitServiceClient.create(this.settings, builder).check("user_123").outcome())
			.isEqualTo(Outcome.UNCHECKED);
	}

	private static RateLimitServiceClient client(RateLimitServiceClientSettings settings) {
		return RateLimitServiceClient.create(settings);
	}

}

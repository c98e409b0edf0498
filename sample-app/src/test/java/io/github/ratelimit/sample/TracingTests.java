package io.github.ratelimit.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Spans as they arrive at a collector.
 */
@ExtendWith(OutputCaptureExtension.class)
class TracingTests {

	private static final String CHECK = "ratelimiter.check";

	private final String application = "tracing-" + UUID.randomUUID();

	@Test
	void decisionIsUnderItsRequestAndItsCommandUnderTheDecision() throws IOException {
		try (OtlpReceiver collector = OtlpReceiver.start();
				SampleInstance instance = traced(collector.tracesUrl(), "REDIS_URL=" + RedisServers.shared().uri())) {
			assertThat(instance.client().as("alice").get("/suggestions").status()).isEqualTo(200);
			Span command = awaitSpan(collector, "evalsha");
			Span decision = awaitSpan(collector, CHECK);
			Span request = awaitSpan(collector, "http get /suggestions");
			assertThat(decision.getTraceId()).isEqualTo(request.getTraceId());
			assertThat(command.getTraceId()).isEqualTo(request.getTraceId());
			assertThat(command.getParentSpanId()).isEqualTo(decision.getSpanId());
			assertThat(isUnder(decision, request, collector.spans())).isTrue();
			assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
			assertThat(command.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
			assertThat(OtlpReceiver.attributes(decision)).contains("tier=ai", "plan=authenticated", "outcome=allowed",
					"store=redis");
			assertThat(OtlpReceiver.attributes(command)).contains("db.system=redis", "db.operation=EVALSHA");
			assertThat(collector.spans().toString()).doesNotContain("user:alice");
			assertThat(collector.others()).as("meters and lines of the log that were sent too").isZero();
		}
	}

	@Test
	void refusalIsNoErrorOfTheSpan() throws IOException {
		try (OtlpReceiver collector = OtlpReceiver.start(); SampleInstance instance = traced(collector.tracesUrl())) {
			SampleClient client = instance.client();
			await().until(() -> client.get("/suggestions").status() == 429);
			Span refused = await()
				.until(() -> collector.spans(CHECK)
					.stream()
					.filter((span) -> OtlpReceiver.attributes(span).contains("outcome=refused"))
					.toList(), (spans) -> !spans.isEmpty())
				.get(0);
			assertThat(OtlpReceiver.attributes(refused)).contains("tier=ai", "plan=anonymous", "store=memory");
			assertThat(refused.getStatus().getCode()).isNotEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
		}
	}

	@Test
	void decisionOfTheFailureModeSaysSo() throws IOException {
		try (RedisProcess redis = RedisServers.dedicated();
				OtlpReceiver collector = OtlpReceiver.start();
				SampleInstance instance = traced(collector.tracesUrl(), "REDIS_URL=" + redis.uri(),
						"ratelimit.redis.timeout=300ms")) {
			redis.stop();
			assertThat(instance.client().as("alice").get("/suggestions").status()).isEqualTo(200);
			assertThat(OtlpReceiver.attributes(awaitSpan(collector, CHECK))).contains("outcome=allowed",
					"store=failure-mode");
		}
	}

	@Test
	void statementsOfRequestsAreSpansWithoutTheirParameters() throws IOException {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				OtlpReceiver collector = OtlpReceiver.start();
				SampleInstance instance = traced(collector.tracesUrl(), "spring.autoconfigure.exclude=",
						"spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"))) {
			JdbcTemplate jdbc = instance.bean(JdbcTemplate.class);
			String statement = "select cast(? as text)";
			jdbc.queryForObject(statement + " || 'by itself'", String.class, "hush-hush");
			Observation request = Observation.start("request", instance.bean(ObservationRegistry.class));
			request.scoped(() -> jdbc.queryForObject(statement, String.class, "hush-hush"));
			request.stop();
			Span query = awaitSpan(collector, "query");
			assertThat(OtlpReceiver.attributes(query)).contains("jdbc.query[0]=" + statement);
			assertThat(isUnder(query, awaitSpan(collector, "request"), collector.spans())).isTrue();
			assertThat(collector.spans().toString()).doesNotContain("by itself");
			assertThat(collector.spans().toString()).doesNotContain("hush-hush");
		}
	}

	@Test
	void serviceIsTracedFromTheRequestToRedisAndTheDatabase() throws IOException {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
				OtlpReceiver collector = OtlpReceiver.start();
				SampleInstance instance = traced(collector.tracesUrl(), "spring.autoconfigure.exclude=",
						"spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
						"REDIS_URL=" + RedisServers.shared().uri(), "ratelimit.service.enabled=true",
						"ratelimit.service.admin-api-key=0123456789abcdef", "ratelimit.rules.jdbc.enabled=true",
						"ratelimit.rules.jdbc.initialize-schema=always")) {
			SampleClient client = instance.client().with("X-API-Key", "0123456789abcdef");
			assertThat(
					client.post("/v1/admin/rules", "{\"client_id\":\"client_a\",\"rate\":20,\"window\":60}").status())
				.isBetween(200, 201);
			Span write = awaitSpan(collector, "http post /v1/admin/rules");
			assertThat(collector.spans("query")).isNotEmpty()
				.allSatisfy((query) -> assertThat(isUnder(query, write, collector.spans())).isTrue());
			assertThat(client.with("X-Correlation-ID", "order-4711").post("/v1/check", "{\"client_id\":\"client_a\"}"))
				.satisfies((answer) -> assertThat(answer.status()).isEqualTo(200));
			Span command = awaitSpan(collector, "evalsha");
			Span decision = awaitSpan(collector, CHECK);
			Span request = awaitSpan(collector, "http post /v1/check");
			assertThat(command.getParentSpanId()).isEqualTo(decision.getSpanId());
			assertThat(isUnder(decision, request, collector.spans())).isTrue();
			assertThat(OtlpReceiver.attributes(request)).contains("correlation.id=order-4711");
			assertThat(OtlpReceiver.attributes(decision)).contains("tier=global", "outcome=allowed", "store=redis");
			assertThat(collector.spans().toString()).doesNotContain("client_a");
		}
	}

	@Test
	void collectorThatIsNotThereSlowsNothingAndFloodsNoLog(CapturedOutput output) throws IOException {
		try (SampleInstance instance = traced("http://127.0.0.1:" + freePort() + "/v1/traces",
				"ratelimit.tiers.ai.rate=100000/s")) {
			SampleClient client = instance.client().as("alice");
			long slow = 0;
			for (int i = 0; i < 200; i++) {
				long start = System.nanoTime();
				client.get("/suggestions");
				slow += (System.nanoTime() - start > Duration.ofSeconds(3).toNanos()) ? 1 : 0;
			}
			assertThat(slow).as("requests that took more than three seconds").isLessThanOrEqualTo(1);
			await().until(() -> output.toString().contains("Failed to export"));
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("Failed to export"))).hasSizeLessThan(10);
	}

	@Test
	void withoutACollectorNothingIsSentAndNothingIsLogged(CapturedOutput output) {
		try (SampleInstance instance = SampleInstance.start("ratelimit.application=" + this.application)) {
			assertThat(instance.client().as("alice").get("/suggestions").status()).isEqualTo(200);
		}
		assertThat(output.toString().toLowerCase()).doesNotContain("export", "otlp", "opentelemetry");
	}

	private SampleInstance traced(String endpoint, String... properties) {
		String[] all = new String[properties.length + 4];
		all[0] = "management.opentelemetry.tracing.export.otlp.endpoint=" + endpoint;
		all[1] = "management.opentelemetry.tracing.export.schedule-delay=50ms";
		all[2] = "management.tracing.sampling.probability=1.0";
		all[3] = "ratelimit.application=" + this.application;
		System.arraycopy(properties, 0, all, 4, properties.length);
		return SampleInstance.start(all);
	}

	private static Span awaitSpan(OtlpReceiver collector, String name) {
		return await().alias("span " + name).until(() -> collector.spans(name), (found) -> !found.isEmpty()).get(0);
	}

	/**
	 * Return whether one span is among what happens in another: Spring Security has some
	 * in between.
	 */
	private static boolean isUnder(Span span, Span other, List<Span> all) {
		Span ancestor = span;
		while (ancestor != null && !ancestor.getSpanId().equals(other.getSpanId())) {
			Span child = ancestor;
			ancestor = all.stream()
				.filter((candidate) -> candidate.getSpanId().equals(child.getParentSpanId()))
				.findFirst()
				.orElse(null);
		}
		return ancestor != null;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}

package io.github.ratelimit.observation;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.CircuitBreakerStatus.State;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Outcome;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class RateLimitMetersTests {

	private final MockClock clock = new MockClock();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, this.clock);

	private final RateLimitMeters meters = new RateLimitMeters(this.registry);

	@ParameterizedTest
	@CsvSource({ "ALLOWED, 1, 0, 0", "REFUSED, 0, 1, 0", "SHADOW_REFUSED, 1, 0, 1", "UNCHECKED, 1, 0, 0",
			"UNAVAILABLE, 0, 1, 0" })
	void countsEachOutcome(Outcome outcome, double allowed, double blocked, double shadowBlocked) {
		this.meters.onDecision(Events.decided(outcome, DecisionSource.FAILURE_MODE));
		assertThat(count("ratelimiter.allowed")).isEqualTo(allowed);
		assertThat(count("ratelimiter.blocked")).isEqualTo(blocked);
		assertThat(count("ratelimiter.shadow.blocked")).isEqualTo(shadowBlocked);
	}

	@ParameterizedTest
	@CsvSource({ "REDIS, redis", "MEMORY, memory", "CUSTOM, custom", "FAILURE_MODE, failure-mode" })
	void tagsWhoDecided(DecisionSource source, String store) {
		this.meters.onDecision(Events.decided(Outcome.ALLOWED, source));
		assertThat(this.registry.get("ratelimiter.allowed")
			.tags("tier", "ai", "plan", "anonymous", "store", store)
			.counter()
			.count()).isEqualTo(1);
	}

	@Test
	void countsTiersAndPlansApart() {
		this.meters.onDecision(Events.allowed("ai", "anonymous", "ip:203.0.113.7"));
		this.meters.onDecision(Events.allowed("ai", "premium", "user:alice"));
		this.meters.onDecision(Events.allowed("ai", "premium", "user:bob"));
		this.meters.onDecision(Events.allowed("api", "premium", "user:bob"));
		assertThat(allowed("ai", "anonymous")).isEqualTo(1);
		assertThat(allowed("ai", "premium")).isEqualTo(2);
		assertThat(allowed("api", "premium")).isEqualTo(1);
	}

	@Test
	void namesClientsOfAServiceThatHaveARuleOfTheirOwn() {
		RateLimitMeters service = new RateLimitMeters(this.registry, () -> Set.of("client_a"));
		service.register("login", "default", DecisionSource.MEMORY);
		service.onDecision(Events.allowed("login", "default", "client_a"));
		service.onDecision(Events.allowed("login", "default", "stranger"));
		service.onDecision(Events.allowed("login", "default", "another"));
		assertThat(this.registry.get("ratelimiter.allowed")
			.tags("client", "client_a", "endpoint", "login", "tier", "login")
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.registry.get("ratelimiter.allowed")
			.tags("client", "other", "endpoint", "login", "tier", "login")
			.counter()
			.count()).isEqualTo(2);
		assertThat(this.registry.getMeters()).filteredOn((meter) -> meter.getId().getTag("tier") != null)
			.allSatisfy((meter) -> assertThat(meter.getId().getTag("client")).isNotNull());
	}

	@Test
	void namesNoMoreClientsThanSeriesCanBe() {
		RateLimitMeters service = new RateLimitMeters(this.registry,
				() -> IntStream.range(0, 500).mapToObj((i) -> "client_" + i).collect(Collectors.toSet()));
		for (int i = 0; i < 500; i++) {
			service.onDecision(Events.allowed("login", "default", "client_" + i));
			service.onDecision(Events.allowed("login", "default", "client_0"));
		}
		assertThat(this.registry.find("ratelimiter.allowed").counters()).hasSize(101);
		assertThat(this.registry.get("ratelimiter.allowed").tag("client", "client_0").counter().count()).isEqualTo(501);
		assertThat(this.registry.get("ratelimiter.allowed").tag("client", "other").counter().count()).isEqualTo(400);
	}

	@Test
	void clientWhoseRuleIsGoneIsOneOfTheOthers() {
		AtomicReference<Set<String>> clients = new AtomicReference<>(Set.of("client_a"));
		RateLimitMeters service = new RateLimitMeters(this.registry, clients::get);
		service.onDecision(Events.allowed("login", "default", "client_a"));
		clients.set(Set.of());
		service.onDecision(Events.allowed("login", "default", "client_a"));
		assertThat(this.registry.get("ratelimiter.allowed").tag("client", "other").counter().count()).isEqualTo(1);
	}

	@Test
	void timesDecisions() {
		this.meters.onDecision(Events.took(Duration.ofMillis(3)));
		this.meters.onDecision(Events.took(Duration.ofMillis(5)));
		Timer timer = this.registry.get("ratelimiter.check.duration").timer();
		assertThat(timer.count()).isEqualTo(2);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(8);
	}

	@Test
	void sortsDurationsIntoBucketsFromTenthsOfMillisecondsToOneSecond() {
		this.meters.onDecision(Events.took(Duration.ofNanos(90_000)));
		this.meters.onDecision(Events.took(Duration.ofNanos(900_000)));
		this.meters.onDecision(Events.took(Duration.ofMillis(900)));
		CountAtBucket[] buckets = this.registry.get("ratelimiter.check.duration")
			.timer()
			.takeSnapshot()
			.histogramCounts();
		assertThat(buckets).extracting((bucket) -> bucket.bucket(TimeUnit.MICROSECONDS))
			.containsExactly(100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0,
					250_000.0, 500_000.0, 1_000_000.0);
		assertThat(buckets).extracting(CountAtBucket::count)
			.containsExactly(1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0);
	}

	@Test
	void countsErrorsByOperation() {
		this.meters.onStoreError("acquire", new IllegalStateException());
		this.meters.onStoreError("acquire", new IllegalStateException());
		assertThat(errors("acquire")).isEqualTo(2);
		assertThat(errors("settle")).isZero();
		assertThat(errors("reset")).isZero();
	}

	@Test
	void gaugesActiveClientsByTheClockOfTheRegistry() {
		this.meters.onDecision(Events.allowed("ai", "premium", "user:alice"));
		this.meters.onDecision(Events.allowed("api", "premium", "user:alice"));
		this.meters.onDecision(Events.allowed("api", "premium", "user:bob"));
		assertThat(activeClients()).isEqualTo(2);
		this.clock.add(Duration.ofMinutes(2));
		assertThat(activeClients()).isZero();
	}

	@Test
	void registersMetersOfATierBeforeItsFirstDecision() {
		this.meters.register("auth", "default", DecisionSource.REDIS);
		assertThat(this.registry.get("ratelimiter.allowed").tags("tier", "auth").counter().count()).isZero();
		assertThat(this.registry.get("ratelimiter.blocked").tags("tier", "auth").counter().count()).isZero();
		assertThat(this.registry.get("ratelimiter.check.duration").tags("tier", "auth").timer().count()).isZero();
	}

	@Test
	void registersMetersOfRefusalsFromMemoryBeforeTheFirst() {
		this.meters.onDecision(Events.decided(Outcome.ALLOWED, DecisionSource.REDIS));
		assertThat(this.registry.get("ratelimiter.blocked").tags("store", "refusal-cache").counter().count()).isZero();
		this.meters.onDecision(Events.decided(Outcome.REFUSED, DecisionSource.REFUSAL_CACHE));
		assertThat(this.registry.get("ratelimiter.blocked").tags("store", "refusal-cache").counter().count()).isOne();
	}

	@Test
	void registersOneMeterForManyDecisions() {
		this.meters.onDecision(Events.allowed("ai", "premium", "user:alice"));
		List<Meter> before = this.registry.getMeters();
		this.meters.onDecision(Events.allowed("ai", "premium", "user:bob"));
		assertThat(this.registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
	}

	@Test
	void gaugesWhereTheCircuitBreakerStands() {
		AtomicReference<CircuitBreakerStatus> status = new AtomicReference<>(
				new CircuitBreakerStatus(State.CLOSED, 2, null));
		this.meters.register(status::get, () -> 3);
		assertThat(states()).containsOnly(entry("closed", 1.0), entry("open", 0.0), entry("half-open", 0.0));
		assertThat(gauge("ratelimiter.circuit.breaker.failures")).isEqualTo(2);
		assertThat(gauge("ratelimiter.circuit.breaker.next.try")).isZero();
		status.set(new CircuitBreakerStatus(State.OPEN, 5, Duration.ofMillis(6_400)));
		assertThat(states()).containsOnly(entry("closed", 0.0), entry("open", 1.0), entry("half-open", 0.0));
		assertThat(gauge("ratelimiter.circuit.breaker.failures")).isEqualTo(5);
		assertThat(gauge("ratelimiter.circuit.breaker.next.try")).isEqualTo(6.4);
		status.set(new CircuitBreakerStatus(State.HALF_OPEN, 5, Duration.ZERO));
		assertThat(states()).containsOnly(entry("closed", 0.0), entry("open", 0.0), entry("half-open", 1.0));
		assertThat(gauge("ratelimiter.circuit.breaker.next.try")).isZero();
	}

	@Test
	void gaugesTheInstancesLastSeen() {
		AtomicInteger instances = new AtomicInteger(1);
		this.meters.register(() -> new CircuitBreakerStatus(State.CLOSED, 0, null), instances::get);
		assertThat(gauge("ratelimiter.instances")).isEqualTo(1);
		instances.set(4);
		assertThat(gauge("ratelimiter.instances")).isEqualTo(4);
	}

	@Test
	void hasNoGaugesOfACircuitBreakerWhereThereIsNone() {
		assertThat(this.registry.getMeters()).extracting((meter) -> meter.getId().getName())
			.noneMatch((name) -> name.startsWith("ratelimiter.circuit") || name.equals("ratelimiter.instances"));
	}

	@Test
	void registryKeepsNoStoreAlive() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		WeakReference<Object> store = registerStoreOfMetersThatGo(registry);
		for (int i = 0; store.get() != null && i < 20; i++) {
			System.gc();
		}
		assertThat(store.get()).isNull();
		assertThat(registry.get("ratelimiter.instances").gauge().value()).isNaN();
	}

	private static WeakReference<Object> registerStoreOfMetersThatGo(MeterRegistry registry) {
		AtomicInteger store = new AtomicInteger();
		new RateLimitMeters(registry).register(() -> new CircuitBreakerStatus(State.CLOSED, 0, null), store::get);
		return new WeakReference<>(store);
	}

	@Test
	void registersExactlyTheDocumentedMetersAndTags() {
		this.meters.register(() -> new CircuitBreakerStatus(State.CLOSED, 0, null), () -> 1);
		for (Outcome outcome : Outcome.values()) {
			this.meters.onDecision(Events.decided(outcome, DecisionSource.REDIS));
		}
		this.meters.onStoreError("acquire", new IllegalStateException());
		assertThat(registered()).isEqualTo(documented());
	}

	@Test
	void putsNoKeyIntoTags() {
		this.meters.onDecision(Events.allowed("ai", "premium", "user:alice"));
		assertThat(this.registry.getMeters()).flatExtracting((meter) -> meter.getId().getTags())
			.extracting(Tag::getValue)
			.isNotEmpty()
			.noneMatch((value) -> value.contains("alice"));
	}

	private Map<String, Set<Object>> registered() {
		return this.registry.getMeters()
			.stream()
			.map(Meter::getId)
			// How this registry keeps the buckets of a timer
			.filter((id) -> !id.getName().endsWith(".histogram"))
			.collect(
					Collectors.toMap(Meter.Id::getName,
							(id) -> Set.of(id.getType(), String.valueOf(id.getDescription()),
									new TreeSet<>(id.getTags().stream().map(Tag::getKey).toList())),
							(first, second) -> {
								assertThat(second).isEqualTo(first);
								return first;
							}));
	}

	private static Map<String, Set<Object>> documented() {
		return List.of(RateLimitMeter.values())
			.stream()
			.collect(
					Collectors.toMap(RateLimitMeter::getName, (meter) -> Set.of(meter.getType(), meter.getDescription(),
							new TreeSet<>(List.of(meter.getKeyNames()).stream().map(KeyName::asString).toList()))));
	}

	private double count(String name) {
		return this.registry.get(name).counter().count();
	}

	private double allowed(String tier, String plan) {
		return this.registry.get("ratelimiter.allowed").tags("tier", tier, "plan", plan).counter().count();
	}

	private double errors(String operation) {
		return this.registry.get("ratelimiter.redis.errors").tags("operation", operation).counter().count();
	}

	private double activeClients() {
		return gauge("ratelimiter.active.clients");
	}

	private double gauge(String name) {
		return this.registry.get(name).gauge().value();
	}

	private Map<String, Double> states() {
		return this.registry.get("ratelimiter.circuit.breaker.state")
			.gauges()
			.stream()
			.collect(Collectors.toMap((gauge) -> gauge.getId().getTag("state"), Gauge::value));
	}

}

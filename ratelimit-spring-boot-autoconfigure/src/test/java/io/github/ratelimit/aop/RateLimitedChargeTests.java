package io.github.ratelimit.aop;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.aop.TestLimits.User;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierCall;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RateLimited#charge()}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RateLimitedChargeTests {

	private static final String LOGINS = "@RateLimited on method " + Logins.class.getName();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
		.withUserConfiguration(TestLimits.class)
		.withBean(CurrentCaller.class)
		.withBean(Logins.class)
		.withBean(OfClass.class)
		.withBean(VariablesOfClass.class);

	@Test
	void callIsChargedBySomethingThatItsResultTells() {
		run((context, logins) -> {
			assertThat(logins.byResult("alice", true)).isTrue();
			assertThat(left(context, "ten")).isEqualTo(10);
			assertThat(logins.byResult("alice", false)).isFalse();
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void callThatThrowsNeedNotBeCharged() {
		run((context, logins) -> {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> logins.ifItSucceeds(true));
			assertThat(left(context, "ten")).isEqualTo(10);
			logins.ifItSucceeds(false);
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void callMayBeChargedForWhatItThrows() {
		run((context, logins) -> {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> logins.ifItFails("alice", true));
			logins.ifItFails("alice", false);
			logins.ifItFails("alice", false);
			assertThat(logins.ifItFails("root", true)).isEqualTo("root is never charged");
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void whatIsChargedIsTheWholeCost() {
		run((context, logins) -> {
			logins.heavy(true);
			assertThat(left(context, "ten")).isEqualTo(3);
			logins.heavy(true, "overload");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> logins.heavy(false));
		});
	}

	@Test
	void callIsChargedWhileItIsMade() {
		run((context, logins) -> {
			assertThat(logins.during(() -> left(context, "ten"))).isEqualTo(9);
			assertThat(left(context, "ten")).isEqualTo(10);
		});
	}

	@Test
	void stageIsWaitedFor() {
		run((context, logins) -> {
			CompletableFuture<String> stage = new CompletableFuture<>();
			CompletionStage<String> returned = logins.later(stage);
			assertThat(left(context, "ten")).isEqualTo(9);
			stage.complete("good");
			assertThat(returned).isCompletedWithValue("good");
			assertThat(left(context, "ten")).isEqualTo(10);
			logins.later(CompletableFuture.completedFuture("bad"));
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void chargeIsDecidedBeforeWhatDependsOnTheStageRuns() {
		run((context, logins) -> {
			CompletableFuture<String> stage = new CompletableFuture<>();
			CompletableFuture<String> retried = logins.retriable(stage)
				.exceptionallyCompose((error) -> logins.retriable(CompletableFuture.completedFuture(error.toString())));
			stage.completeExceptionally(new IOException("away"));
			assertThat(retried).isCompletedWithValue("java.io.IOException: away");
		});
	}

	@Test
	void stageThatIsReturnedStandsForThatOfTheMethod() {
		run((context, logins) -> {
			CompletableFuture<String> canceled = new CompletableFuture<>();
			assertThat(logins.retriable(canceled).cancel(true)).isTrue();
			assertThat(canceled).isCancelled();
			CompletableFuture<String> completed = new CompletableFuture<>();
			logins.retriable(completed).complete("early");
			assertThat(completed).isCompletedWithValue("early");
			CompletableFuture<String> failed = new CompletableFuture<>();
			logins.laterIfItFails(failed).completeExceptionally(new IOException("no"));
			assertThat(failed).isCompletedExceptionally();
			assertThat(left(context, "ten")).isEqualTo(9);
			CompletableFuture<String> canceledBelow = new CompletableFuture<>();
			CompletableFuture<String> returned = logins.laterIfItFails(canceledBelow);
			canceledBelow.cancel(true);
			assertThat(returned).isCancelled();
		});
	}

	@Test
	void stageThatCannotBeCompletedFromOutsideIsWaitedFor() {
		run((context, logins) -> {
			CompletableFuture<String> stage = new CompletableFuture<>();
			CompletionStage<String> returned = logins.later(stage.minimalCompletionStage());
			stage.complete("good");
			assertThat(returned).isCompletedWithValue("good");
			assertThat(left(context, "ten")).isEqualTo(10);
		});
	}

	@Test
	void stageOfATypeOfItsOwnIsReturnedAsItIs() {
		run((context, logins) -> {
			OwnFuture stage = new OwnFuture();
			assertThat(logins.own(stage)).isSameAs(stage);
			assertThat(left(context, "ten")).isEqualTo(9);
			stage.complete("good");
			assertThat(left(context, "ten")).isEqualTo(10);
		});
	}

	@Test
	void exceptionOfAStageIsTheOneItFailedWith() {
		run((context, logins) -> {
			CompletableFuture<String> stage = new CompletableFuture<>();
			logins.laterIfItFails(stage.thenApply((value) -> value));
			stage.completeExceptionally(new IOException("wrong password"));
			assertThat(left(context, "ten")).isEqualTo(9);
			logins.laterIfItFails(CompletableFuture.failedFuture(new CompletionException(new IOException("again"))));
			assertThat(left(context, "ten")).isEqualTo(8);
			logins.laterIfItFails(CompletableFuture.failedFuture(new IllegalStateException("away")));
			logins.laterIfItFails(CompletableFuture.completedFuture("good"));
			assertThat(left(context, "ten")).isEqualTo(8);
		});
	}

	@Test
	void statusIsNullOutsideOfHttp() {
		run((context, logins) -> {
			logins.unauthorized();
			assertThat(left(context, "ten")).isEqualTo(10);
			logins.withoutStatus();
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void statusIsThatOfTheResponseWhenItIsComplete() {
		inRequest((context, logins, request) -> {
			logins.unauthorized();
			logins.unauthorized();
			assertThat(left(context, "ten")).isEqualTo(8);
			request.responded(401);
			assertThat(left(context, "ten")).isEqualTo(8);
			logins.unauthorized();
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(8);
		});
	}

	@Test
	void statusThatIsNotThatOfTheResponseIsNotWaitedFor() {
		inRequest((context, logins, request) -> {
			logins.ofAnotherStatus(new Answer(200));
			assertThat(left(context, "ten")).isEqualTo(10);
			logins.ofAnotherStatus(new Answer(401));
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void resultAndExceptionAreKnownWithTheStatus() {
		inRequest((context, logins, request) -> {
			logins.byAll("a", false);
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(9);
			assertThatIllegalStateException().isThrownBy(() -> logins.byAll("a", true));
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void responseMayBeCompleteBeforeTheStageIs() {
		inRequest((context, logins, request) -> {
			CompletableFuture<String> stage = new CompletableFuture<>();
			logins.laterUnauthorized(stage);
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(10);
			stage.complete("late");
			assertThat(left(context, "ten")).isEqualTo(10);
		});
	}

	@Test
	void repeatedAnnotationsDecideEachForItself() {
		inRequest((context, logins, request) -> {
			logins.repeated("good");
			assertThat(left(context, "ten")).isEqualTo(9);
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(10);
			assertThat(left(context, "two")).isEqualTo(2);
			assertThat(left(context, "one")).isEqualTo(0);
		});
	}

	@Test
	void whatARouteHasChargedStaysCharged() {
		inRequest((context, logins, request) -> {
			Caller alice = new Caller(new User("alice"), ClientAddress.of("203.0.113.7"));
			context.getBean(TierGate.class).enterRoute(List.of(new TierCall("ten", "/", null, 1, alice)), request);
			logins.byResult("alice", true);
			assertThat(left(context, "ten")).isEqualTo(9);
			logins.byResult("alice", true);
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void refusedCallIsAnsweredByItsFallbackAndNothingIsAsked() {
		run((context, logins) -> {
			assertThat(logins.orFallback("good")).isEqualTo("good");
			assertThat(logins.orFallback("bad")).isEqualTo("bad");
			assertThat(logins.orFallback("good")).isEqualTo("later");
			assertThat(left(context, "one")).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "status == 401", "#status == 401", "#root.status == 401", "#this.status == 401",
			"getStatus() == 401", "#root.getStatus() == 401", "#root['status'] == 401", "['status'] == 401",
			"#root['sta' + 'tus'] == 401", "Status == 401", "getStatus == 401", "toString().contains('getStatus=401')",
			"{401}.contains(#root.status)", "{401}.?[#this == #status].size() == 1",
			"T(io.github.ratelimit.aop.RateLimitedChargeTests$Says).unauthorized(#root)" })
	void statusIsWaitedForHoweverItIsWritten(String expression) {
		assertThat(parts(expression)).contains("status");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "#result == 1 | result", "#exception == null | exception", "result.status == 401 | result",
					"#text.status == 401 | ''", "#a0.getStatus() == 401 | ''",
					"authentication.authorities.![status].contains('a') | ''", "{1, 2}.?[#this > 1].size() == 1 | ''",
					"{status: 1}.size() == 1 | ''", "#root.getAuthentication() != null | ''",
					"#root['result'] == null | result", "@bean.status(request) | ''" })
	void whatIsNotOfTheOutcomeIsNotWaitedFor(String expression, String parts) {
		assertThat(String.join(",", parts(expression))).isEqualTo(parts.replace("'", ""));
	}

	private static Set<String> parts(String expression) {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(Logins.class, "unclear", String.class));
		return OutcomeParts.of(new SpelExpressionParser().parseRaw(expression).getAST(),
				new AnnotatedMethod(Logins.class, method, method));
	}

	@Test
	void outcomeMayBeWrittenAsVariables() {
		inRequest((context, logins, request) -> {
			VariablesOfClass bean = context.getBean(VariablesOfClass.class);
			bean.login();
			bean.login();
			assertThat(left(context, "ten")).isEqualTo(8);
			request.responded(401);
			assertThat(left(context, "ten")).isEqualTo(8);
			bean.login();
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(8);
			assertThatIllegalStateException().isThrownBy(bean::fails);
			assertThat(left(context, "ten")).isEqualTo(7);
			assertThat(bean.gives("good")).isEqualTo("good");
			assertThat(left(context, "ten")).isEqualTo(7);
			assertThat(bean.gives("bad")).isEqualTo("bad");
			assertThat(left(context, "ten")).isEqualTo(6);
		});
	}

	@Test
	void parameterOfTheSameNameIsTheParameter() {
		inRequest((context, logins, request) -> {
			logins.ofParameter(401);
			assertThat(left(context, "ten")).isEqualTo(9);
			logins.ofParameter(200);
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@Test
	void outcomeHandedOverIsCompleteByThen() {
		inRequest((context, logins, request) -> {
			logins.handedOver();
			logins.indexed();
			request.responded(401);
			assertThat(left(context, "ten")).isEqualTo(8);
			logins.handedOver();
			logins.indexed();
			request.responded(200);
			assertThat(left(context, "ten")).isEqualTo(8);
		});
	}

	@Test
	void annotationOfAClassHoldsForItsMethods() {
		run((context, logins) -> {
			assertThat(context.getBean(OfClass.class).some("good")).isEqualTo("good");
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(OfClass.class).other());
			assertThat(left(context, "ten")).isEqualTo(9);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "yes | must give true or false, not the text 'yes'",
			"NULL | must give true or false, not null", "THROWS | cannot be evaluated" })
	void expressionThatDoesNotSayIsLoggedAndTheChargeStays(String value, String problem, CapturedOutput output) {
		run((context, logins) -> {
			assertThat(logins.unclear(value)).isEqualTo(value);
			assertThat(logins.unclear(value)).isEqualTo(value);
			assertThat(left(context, "ten")).isEqualTo(8);
			assertThat(output).containsOnlyOnce("ERROR")
				.contains("The charge 'T(" + Says.class.getName() + ").of(result)'")
				.contains("of " + LOGINS + ".unclear(String) " + problem + "; the call stays charged");
		});
	}

	@Test
	void failedLoginsOfManyThreadsNeverExceedTheLimitAndGoodOnesNeverUseItUp() {
		run((context, logins) -> {
			AtomicInteger wrong = new AtomicInteger();
			AtomicInteger refused = new AtomicInteger();
			CountDownLatch begin = new CountDownLatch(1);
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 32; i++) {
				threads.add(new Thread(() -> {
					await(begin);
					for (int j = 0; j < 20; j++) {
						try {
							logins.byResult("alice", false);
							wrong.incrementAndGet();
						}
						catch (RateLimitExceededException ex) {
							refused.incrementAndGet();
						}
					}
				}));
			}
			for (int i = 0; i < 100; i++) {
				assertThat(logins.byResult("alice", true)).isTrue();
			}
			threads.forEach(Thread::start);
			begin.countDown();
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(wrong).hasValue(10);
			assertThat(refused).hasValue(630);
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void run(Check check) {
		this.runner.run((context) -> check.accept(context, context.getBean(Logins.class)));
	}

	private void inRequest(RequestCheck check) {
		RequestDecisions request = new RequestDecisions((all) -> {
		});
		this.runner.withBean(RequestDecisionsSource.class, () -> () -> request)
			.run((context) -> check.accept(context, context.getBean(Logins.class), request));
	}

	private static long left(AssertableApplicationContext context, String tier) {
		return context.getBean(TierRateLimiters.class).get(tier).peek("user:alice").remaining();
	}

	@FunctionalInterface
	private interface Check {

		void accept(AssertableApplicationContext context, Logins logins) throws Throwable;

	}

	@FunctionalInterface
	private interface RequestCheck {

		void accept(AssertableApplicationContext context, Logins logins, RequestDecisions request) throws Throwable;

	}

	@FunctionalInterface
	public interface Question {

		long ask();

	}

	public static class OwnFuture extends CompletableFuture<String> {

	}

	public record Answer(int status) {

	}

	/**
	 * What an expression may give.
	 */
	public static final class Says {

		private Says() {
		}

		public static @Nullable Object of(String text) {
			if (text.equals("THROWS")) {
				throw new IllegalStateException("no answer");
			}
			return (text.equals("NULL")) ? null : text;
		}

		public static boolean unauthorized(Object outcome) {
			return outcome.toString().contains("getStatus=401");
		}

	}

	public static class Logins {

		@RateLimited(value = "one", charge = "exception == null")
		public CompletableFuture<String> retriable(CompletableFuture<String> stage) {
			return stage;
		}

		@RateLimited(value = "ten", charge = "result != 'good'")
		public OwnFuture own(OwnFuture stage) {
			return stage;
		}

		@RateLimited(value = "ten", charge = "#status == 401")
		public void ofParameter(int status) {
		}

		@RateLimited(value = "ten",
				charge = "T(io.github.ratelimit.aop.RateLimitedChargeTests$Says).unauthorized(#root)")
		public void handedOver() {
		}

		@RateLimited(value = "ten", charge = "#root['status'] == 401")
		public void indexed() {
		}

		@RateLimited(value = "ten", charge = "!result")
		public boolean byResult(String user, boolean good) {
			return good;
		}

		@RateLimited(value = "ten", charge = "exception == null")
		public void ifItSucceeds(boolean fails) throws IOException {
			if (fails) {
				throw new IOException("no");
			}
		}

		@RateLimited(value = "ten", charge = "exception instanceof T(java.io.IOException) && #user != 'root'")
		public String ifItFails(String user, boolean fails) throws IOException {
			if (fails && !user.equals("root")) {
				throw new IOException("no");
			}
			return user + " is never charged";
		}

		@RateLimited(value = "ten", cost = "7", charge = "#charged")
		public void heavy(boolean charged) {
		}

		@RateLimited(value = "ten", cost = "3", charge = "#charged && #why == null")
		public void heavy(boolean charged, String why) {
		}

		@RateLimited(value = "ten", charge = "false")
		public long during(Question question) {
			return question.ask();
		}

		@RateLimited(value = "ten", charge = "result != 'good'")
		public CompletionStage<String> later(CompletionStage<String> stage) {
			return stage;
		}

		@RateLimited(value = "ten", charge = "exception instanceof T(java.io.IOException)")
		public CompletableFuture<String> laterIfItFails(CompletableFuture<String> stage) {
			return stage;
		}

		@RateLimited(value = "ten", charge = "status == 401")
		public void unauthorized() {
		}

		@RateLimited(value = "ten", charge = "status == 401")
		public CompletionStage<String> laterUnauthorized(CompletionStage<String> stage) {
			return stage;
		}

		@RateLimited(value = "ten", charge = "status == null")
		public void withoutStatus() {
		}

		@RateLimited(value = "ten", charge = "result.status == 401")
		public Answer ofAnotherStatus(Answer answer) {
			return answer;
		}

		@RateLimited(value = "ten",
				charge = "status == 200 && result == #text && exception == null && authentication.name == 'alice'")
		public String byAll(String text, boolean fails) {
			if (fails) {
				throw new IllegalStateException("no");
			}
			return text;
		}

		@RateLimited(value = "ten", charge = "status != 200")
		@RateLimited(value = "two", charge = "result == 'bad'")
		@RateLimited("one")
		public String repeated(String result) {
			return result;
		}

		@RateLimited(value = "one", charge = "result == 'bad'", fallbackMethod = "later")
		public String orFallback(String result) {
			return result;
		}

		String later(String result) {
			return "later";
		}

		@RateLimited(value = "ten", charge = "T(io.github.ratelimit.aop.RateLimitedChargeTests$Says).of(result)")
		public String unclear(String text) {
			return text;
		}

	}

	@RateLimited(value = "ten", charge = "exception != null")
	public static class OfClass {

		public String some(String text) {
			return text;
		}

		public void other() {
			throw new IllegalStateException("other");
		}

	}

	@RateLimited(value = "ten", charge = "#status == 401")
	public static class VariablesOfClass {

		public void login() {
		}

		@RateLimited(value = "ten", charge = "#exception != null")
		public void fails() {
			throw new IllegalStateException("no");
		}

		@RateLimited(value = "ten", charge = "#result == 'bad'")
		public String gives(String text) {
			return text;
		}

	}

}

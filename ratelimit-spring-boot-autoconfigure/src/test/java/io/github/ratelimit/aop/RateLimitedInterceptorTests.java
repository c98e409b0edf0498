package io.github.ratelimit.aop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.TestLimits.Charges;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.aop.TestLimits.User;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierAdmission;
import io.github.ratelimit.tier.TierCall;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.Order;
import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(OutputCaptureExtension.class)
class RateLimitedInterceptorTests {

	private static final String STORIES = "@RateLimited on method " + Stories.class.getName();

	private final ApplicationContextRunner nobody = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
		.withUserConfiguration(TestLimits.class)
		.withBean(Stories.class)
		.withBean("keys", Keys.class);

	private final ApplicationContextRunner runner = this.nobody.withBean(CurrentCaller.class);

	@AfterEach
	void forgetRequest() {
		RequestContextHolder.resetRequestAttributes();
	}

	@Test
	void callsPassUntilTheTierRefuses() {
		run((context, stories) -> {
			assertThat(stories.start("a")).isEqualTo("started a");
			assertThat(stories.start("b")).isEqualTo("started b");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> stories.start("c"))
				.satisfies((ex) -> {
					assertThat(ex.getTier()).isEqualTo("two");
					assertThat(ex.getDecision().outcome()).isEqualTo(Outcome.REFUSED);
					assertThat(ex.getDecision().limit()).isEqualTo(2);
				});
			assertThat(stories.started()).containsExactly("a", "b");
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED", "two user:alice 1 ALLOWED",
					"two user:alice 1 REFUSED");
		});
	}

	@Test
	void callWhoseCheckIsUnavailableIsRefused() {
		run((context, stories) -> assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(stories::away)
			.satisfies((ex) -> assertThat(ex.getDecision().outcome()).isEqualTo(Outcome.UNAVAILABLE)));
	}

	@Test
	void watchedTierNeverRefuses() {
		run((context, stories) -> {
			stories.watched();
			stories.watched();
			assertThat(charges(context)).containsExactly("watched user:alice 1 ALLOWED",
					"watched user:alice 1 SHADOW_REFUSED");
		});
	}

	@Test
	void methodWithoutAnnotationIsNotLimited() {
		run((context, stories) -> {
			assertThat(stories.free()).isEqualTo("free");
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void packagePrivateAndProtectedMethodsAreLimited() {
		run((context, stories) -> {
			stories.packagePrivate();
			stories.protectedMethod();
			assertThat(charges(context)).hasSize(2);
		});
	}

	@Test
	void exceptionOfTheMethodIsThrownAsItIs() {
		run((context, stories) -> assertThatExceptionOfType(IOException.class).isThrownBy(stories::fails)
			.withMessage("no ink"));
	}

	@Test
	void endpointIsTheMethodOfTheBeansClass() {
		run((context, stories) -> {
			stories.each("a");
			stories.each(1, List.of());
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> stories.each("b"));
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			assertThat(limiters.endpoints(limiters.tier("each"))).containsExactly(
					Stories.class.getName() + ".each(String)", Stories.class.getName() + ".each(int, List)");
		});
	}

	@Test
	void keyIsEvaluatedWithArgumentsByNameAndPosition() {
		run((context, stories) -> {
			stories.byName("42");
			stories.byPosition("x", "43");
			stories.byBean(UUID.fromString("00000000-0000-0000-0000-000000000001"));
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED", "ten 43 1 ALLOWED",
					"ten book:00000000-0000-0000-0000-000000000001 1 ALLOWED");
		});
	}

	@Test
	void keyMayBeAnyValueWithText() {
		run((context, stories) -> {
			stories.byObject(42L);
			stories.byObject(Outcome.ALLOWED);
			stories.byObject(new User("bob"));
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED", "ten ALLOWED 1 ALLOWED",
					"ten User[getName=bob] 1 ALLOWED");
		});
	}

	@Test
	void nullKeyIsAnErrorAndNothingIsCharged() {
		run((context, stories) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> stories.byObject(null))
				.withMessage("The key '#key' of " + STORIES
						+ ".byObject(Object) must give text that is not blank, not null");
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void blankKeyIsAnErrorAndNothingIsCharged() {
		run((context, stories) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> stories.byObject(" "))
				.withMessage("The key '#key' of " + STORIES
						+ ".byObject(Object) must give text that is not blank, not blank text");
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void keyWithoutTextOfItsOwnIsAnErrorBecauseNoTwoCallsWouldShareACount() {
		run((context, stories) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> stories.byObject(new Object()))
				.withMessage("The key '#key' of " + STORIES + ".byObject(Object) must give text that is not blank, "
						+ "not a java.lang.Object, which has no text of its own");
			assertThatIllegalArgumentException().isThrownBy(() -> stories.byObject(new String[] { "a" }));
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void keyThatCannotBeEvaluatedIsAnErrorThatNamesIt() {
		run((context, stories) -> {
			caller(context, new Caller(null, ClientAddress.of("203.0.113.7")));
			assertThatIllegalArgumentException().isThrownBy(stories::byUser)
				.withMessageStartingWith(
						"The key 'authentication.name' of " + STORIES + ".byUser() cannot be evaluated: EL1007E")
				.withCauseInstanceOf(SpelEvaluationException.class);
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void exceptionOfABeanInAnExpressionIsThrownAsItIs() {
		run((context, stories) -> assertThatIllegalStateException().isThrownBy(() -> stories.byBean(null))
			.withMessage("no book"));
	}

	@Test
	void authenticationIsThePrincipalOfTheCaller() {
		run((context, stories) -> {
			stories.byUser();
			assertThat(charges(context)).containsExactly("ten alice 1 ALLOWED");
		});
	}

	@Test
	void authenticationIsNullWhereNobodyIsKnown() {
		run((context, stories) -> {
			caller(context, null);
			stories.byUserOrAnyone();
			assertThat(charges(context)).containsExactly("ten anyone 1 ALLOWED");
		});
	}

	@Test
	void requestIsTheOneInProgressOnTheThread() {
		run((context, stories) -> {
			MockHttpServletRequest request = new MockHttpServletRequest("GET", "/stories");
			request.addHeader("X-Device", "phone");
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
			stories.byDevice();
			assertThat(charges(context)).containsExactly("ten phone 1 ALLOWED");
		});
	}

	@Test
	void requestIsNullOutsideARequest() {
		run((context, stories) -> {
			stories.byDevice();
			assertThat(charges(context)).containsExactly("ten none 1 ALLOWED");
		});
	}

	@Test
	void methodTargetAndArgsAreSeenByExpressions() {
		run((context, stories) -> {
			stories.byRoot("a", "b");
			assertThat(charges(context)).containsExactly("ten byRoot-Stories-b 1 ALLOWED");
		});
	}

	@Test
	void callWithoutCallerNeedsAKey() {
		run((context, stories) -> {
			caller(context, null);
			stories.byName("42");
			assertThatIllegalStateException().isThrownBy(() -> stories.start("a"))
				.withMessageStartingWith("It is not known whose count the call is charged to: client is missing");
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED");
		});
	}

	@Test
	void callerIsTheFirstThatAResolverKnows() {
		this.runner.withUserConfiguration(MoreCallers.class).run((context) -> {
			context.getBean(Stories.class).start("a");
			assertThat(charges(context)).containsExactly("two user:first 1 ALLOWED");
		});
	}

	@Test
	void callerIsFoundOutOncePerCall() {
		run((context, stories) -> {
			stories.byUserTwice();
			assertThat(charges(context)).hasSize(2);
			assertThat(context.getBean(CurrentCaller.class).asked()).isOne();
		});
	}

	@Test
	void withoutAResolverACallThatHasAKeyIsLimited() {
		this.nobody.run((context) -> {
			context.getBean(Stories.class).byName("42");
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED");
		});
	}

	@ParameterizedTest
	@MethodSource
	void costMayBeAnyWholeNumber(Object cost) {
		run((context, stories) -> {
			stories.costs(cost);
			assertThat(charges(context)).containsExactly("ten user:alice 3 ALLOWED");
		});
	}

	static List<Object> costMayBeAnyWholeNumber() {
		return List.of(3, 3L, (short) 3, (byte) 3, 3.0, 3.0f, BigInteger.valueOf(3), new BigDecimal("3.00"),
				new AtomicInteger(3));
	}

	@ParameterizedTest
	@MethodSource
	void costThatIsNotAWholeNumberIsLoggedAndTheCallGoesOnForNothing(@Nullable Object cost, String given,
			CapturedOutput output) {
		run((context, stories) -> {
			stories.costs(cost);
			stories.costs(cost);
			assertThat(charges(context)).isEmpty();
			assertThat(output).containsOnlyOnce("ERROR")
				.contains("The cost '#cost' of " + STORIES
						+ ".costs(Object) must give a whole number that is not negative, not " + given
						+ "; the call is charged nothing");
		});
	}

	static List<Object[]> costThatIsNotAWholeNumberIsLoggedAndTheCallGoesOnForNothing() {
		return List.of(new Object[] { -1, "-1" }, new Object[] { Long.MIN_VALUE, "-9223372036854775808" },
				new Object[] { 0.5, "0.5" }, new Object[] { new BigDecimal("1.5"), "1.5" },
				new Object[] { Double.NaN, "NaN" }, new Object[] { Double.POSITIVE_INFINITY, "Infinity" },
				new Object[] { new BigInteger("9223372036854775808"), "9223372036854775808" },
				new Object[] { new BigDecimal("1e999999999"), "1E+999999999" }, new Object[] { "3", "the text '3'" },
				new Object[] { List.of(), "a java.util.ImmutableCollections$ListN" }, new Object[] { null, "null" });
	}

	@Test
	void costThatCannotBeEvaluatedIsLoggedAndTheCallGoesOnForNothing(CapturedOutput output) {
		run((context, stories) -> {
			stories.costsOf(null);
			assertThat(charges(context)).isEmpty();
			assertThat(output).containsOnlyOnce("ERROR")
				.contains("The cost '@keys.of(#book)' of " + STORIES
						+ ".costsOf(UUID) cannot be evaluated; the call is charged nothing, because of java.lang.")
				.doesNotContain("no book");
		});
	}

	@Test
	void callOfUnusableCostPassesEvenWhenNothingIsLeft() {
		run((context, stories) -> {
			stories.costs(10);
			stories.costs(-1);
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> stories.costs(1));
		});
	}

	@Test
	void constantCostIsCharged() {
		run((context, stories) -> {
			stories.costsFive();
			assertThat(charges(context)).containsExactly("ten user:alice 5 ALLOWED");
		});
	}

	@Test
	void callOfNoCostPassesEvenWhenNothingIsLeft() {
		run((context, stories) -> {
			stories.start("a");
			stories.start("b");
			assertThat(stories.costsNothing()).isEqualTo("nothing");
			assertThat(charges(context)).hasSize(2);
		});
	}

	@Test
	void callThatNeedNotBeLimitedIsNotAndNothingIsRecorded() {
		RequestDecisions decisions = decisions();
		this.runner.withBean(RequestDecisionsSource.class, () -> () -> decisions).run((context) -> {
			Stories stories = context.getBean(Stories.class);
			stories.unless(true);
			stories.unless(true);
			assertThat(charges(context)).isEmpty();
			assertThat(decisions.all()).isEmpty();
			assertThat(context.getBean(CurrentCaller.class).asked()).isZero();
			stories.unless(false);
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
			assertThat(decisions.all()).hasSize(1);
		});
	}

	@Test
	void conditionThatIsNeitherTrueNorFalseIsAnErrorAndNothingIsCharged() {
		run((context, stories) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> stories.unless(null))
				.withMessageContaining("cannot be evaluated");
			assertThatIllegalArgumentException().isThrownBy(() -> stories.when("true"))
				.withMessage("The when '#limited' of " + STORIES
						+ ".when(Object) must give true or false, not a java.lang.String");
			assertThatIllegalArgumentException().isThrownBy(() -> stories.when(null))
				.withMessage("The when '#limited' of " + STORIES + ".when(Object) must give true or false, not null");
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void costAndKeyAreNotEvaluatedForACallThatIsNotLimited() {
		run((context, stories) -> {
			assertThat(stories.nothingButWhen()).isEqualTo("passed");
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void fallbackAnswersARefusedCall() {
		run((context, stories) -> {
			assertThat(stories.answered("a", 1)).isEqualTo("answered a 1");
			assertThat(stories.answered("a", 2)).isEqualTo("later a 2");
		});
	}

	@Test
	void fallbackMayTakeTheRefusal() {
		run((context, stories) -> {
			stories.explained("a");
			assertThat(stories.explained("b"))
				.isEqualTo("b: Rate limit 'one' exceeded, please try again in 86400 seconds");
		});
	}

	@Test
	void exceptionOfAFallbackIsThrownAsItIs() {
		run((context, stories) -> {
			stories.failsLater();
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(stories::failsLater)
				.withMessage("no paper");
		});
	}

	@Test
	void stageIsReturnedFailedWhereTheCallIsRefused() {
		run((context, stories) -> {
			assertThat(stories.stage()).isCompletedWithValue("told");
			CompletionStage<String> refused = stories.stage();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> refused.toCompletableFuture().join())
				.withCauseInstanceOf(RateLimitExceededException.class);
			assertThat(stories.future().isCompletedExceptionally()).isTrue();
		});
	}

	@Test
	void stageOfAFallbackIsReturnedAsItIs() {
		run((context, stories) -> {
			stories.stageOrFallback();
			assertThat(stories.stageOrFallback()).isSameAs(Stories.FALLBACK);
		});
	}

	@Test
	void stageOfAnotherTypeCannotBeFailedAndSoTheRefusalIsThrown() {
		run((context, stories) -> {
			stories.special();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(stories::special);
		});
	}

	@Test
	void futureThatIsNoStageCannotBeFailedAndSoTheRefusalIsThrown() {
		run((context, stories) -> {
			stories.plainFuture();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(stories::plainFuture);
		});
	}

	@Test
	void repeatedAnnotationsAreAllChargedOrNone() {
		run((context, stories) -> {
			stories.repeated();
			stories.repeated();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(stories::repeated)
				.satisfies((ex) -> {
					assertThat(ex.getTier()).isEqualTo("two");
					assertThat(ex.getDecision().limits()).hasSize(2);
				});
			assertThat(charges(context)).containsExactly("ten user:alice 1 ALLOWED", "two user:alice 1 ALLOWED",
					"watched user:alice 1 ALLOWED", "ten user:alice 1 ALLOWED", "two user:alice 1 ALLOWED",
					"watched user:alice 1 SHADOW_REFUSED", "two user:alice 1 REFUSED");
			assertThat(left(context, "ten", "user:alice")).isEqualTo(8);
		});
	}

	@Test
	void repeatedAnnotationsHaveAFallbackEach() {
		run((context, stories) -> {
			stories.repeatedWithFallbacks();
			assertThat(stories.repeatedWithFallbacks()).isEqualTo("second");
		});
	}

	@Test
	void composedAnnotationIsReadWithItsAliases() {
		run((context, stories) -> {
			stories.composed("42");
			assertThat(charges(context)).containsExactly("ten 42 2 ALLOWED");
		});
	}

	@Test
	void composedAnnotationMayStandForSeveral() {
		run((context, stories) -> {
			stories.composedOfTwo();
			assertThat(charges(context)).containsExactly("ten user:alice 1 ALLOWED", "two user:alice 1 ALLOWED");
		});
	}

	@Test
	void directAndComposedAnnotationsOfAMethodAllHold() {
		run((context, stories) -> {
			stories.directAndComposed("42");
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED", "ten 42 2 ALLOWED");
		});
	}

	@Test
	void whatARouteHasChargedIsNotChargedAgain() {
		RequestDecisions decisions = decisions();
		this.runner.withBean(RequestDecisionsSource.class, () -> () -> decisions).run((context) -> {
			TierCall route = new TierCall("two", "/stories", null, 1,
					new Caller(new User("alice"), ClientAddress.of("203.0.113.7")));
			TierAdmission admission = context.getBean(TierGate.class).enterRoute(List.of(route), decisions);
			assertThat(admission.refusal()).isNull();
			Stories stories = context.getBean(Stories.class);
			stories.start("a");
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED");
			assertThat(decisions.all()).hasSize(1);
			stories.start("b");
			assertThat(charges(context)).hasSize(2);
			assertThat(decisions.all()).hasSize(2);
		});
	}

	@Test
	void refusalsOfMethodsAreRecordedForTheRequest() {
		RequestDecisions decisions = decisions();
		this.runner.withBean(RequestDecisionsSource.class, () -> () -> decisions).run((context) -> {
			Stories stories = context.getBean(Stories.class);
			stories.answered("a", 1);
			stories.answered("a", 2);
			assertThat(decisions.all()).extracting((decision) -> decision.decision().outcome())
				.containsExactly(Outcome.ALLOWED, Outcome.REFUSED);
		});
	}

	@Test
	void callsOfManyThreadsAreAllowedAsOftenAsTheTierSays() {
		run((context, stories) -> {
			AtomicInteger allowed = new AtomicInteger();
			AtomicInteger refused = new AtomicInteger();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				threads.add(start(() -> {
					try {
						stories.byName("shared");
						allowed.incrementAndGet();
					}
					catch (RateLimitExceededException ex) {
						refused.incrementAndGet();
					}
				}));
			}
			for (Thread thread : threads) {
				join(thread);
			}
			assertThat(allowed).hasValue(10);
			assertThat(refused).hasValue(54);
		});
	}

	/**
	 * Start a virtual thread where the JVM has them, else one of its platform.
	 */
	private static Thread start(Runnable task) {
		Method startVirtualThread;
		try {
			startVirtualThread = Thread.class.getMethod("startVirtualThread", Runnable.class);
		}
		catch (NoSuchMethodException ex) {
			Thread thread = new Thread(task);
			thread.start();
			return thread;
		}
		try {
			return (Thread) startVirtualThread.invoke(null, task);
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void run(Check check) {
		this.runner.run((context) -> check.accept(context, context.getBean(Stories.class)));
	}

	private static List<String> charges(AssertableApplicationContext context) {
		return context.getBean(Charges.class).all();
	}

	private static long left(AssertableApplicationContext context, String tier, String key) {
		return context.getBean(TierRateLimiters.class).get(tier).peek(key).remaining();
	}

	private static void caller(AssertableApplicationContext context, @Nullable Caller caller) {
		context.getBean(CurrentCaller.class).set(caller);
	}

	private static RequestDecisions decisions() {
		return new RequestDecisions((all) -> {
		});
	}

	@FunctionalInterface
	private interface Check {

		void accept(AssertableApplicationContext context, Stories stories) throws Throwable;

	}

	public static class Stories {

		static final CompletableFuture<String> FALLBACK = CompletableFuture.completedFuture("later");

		private final List<String> started = new ArrayList<>();

		@RateLimited("two")
		public String start(String topic) {
			this.started.add(topic);
			return "started " + topic;
		}

		public List<String> started() {
			return this.started;
		}

		@RateLimited("away")
		public void away() {
		}

		@RateLimited("watched")
		public void watched() {
		}

		public String free() {
			return "free";
		}

		@RateLimited("ten")
		void packagePrivate() {
		}

		@RateLimited("ten")
		protected void protectedMethod() {
		}

		@RateLimited("ten")
		public void fails() throws IOException {
			throw new IOException("no ink");
		}

		@RateLimited("each")
		public void each(String topic) {
		}

		@RateLimited("each")
		public void each(int count, List<String> topics) {
		}

		@RateLimited(value = "ten", key = "#userId")
		public void byName(String userId) {
		}

		@RateLimited(value = "ten", key = "#a1")
		public void byPosition(String first, String second) {
		}

		@RateLimited(value = "ten", key = "@keys.of(#book)")
		public void byBean(@Nullable UUID book) {
		}

		@RateLimited(value = "ten", cost = "@keys.of(#book)")
		public void costsOf(@Nullable UUID book) {
		}

		@RateLimited(value = "ten", key = "#key")
		public void byObject(@Nullable Object key) {
		}

		@RateLimited(value = "ten", key = "authentication.name")
		public void byUser() {
		}

		@RateLimited(value = "ten", key = "authentication?.name ?: 'anyone'")
		public void byUserOrAnyone() {
		}

		@RateLimited(value = "ten", key = "authentication.name")
		@RateLimited(value = "two", key = "authentication.name")
		public void byUserTwice() {
		}

		@RateLimited(value = "ten", key = "request?.getHeader('X-Device') ?: 'none'")
		public void byDevice() {
		}

		@RateLimited(value = "ten", key = "method.name + '-' + target.class.simpleName + '-' + args[1]")
		public void byRoot(String first, String second) {
		}

		@RateLimited(value = "ten", cost = "#cost")
		public void costs(@Nullable Object cost) {
		}

		@RateLimited(value = "ten", cost = " 5 ")
		public void costsFive() {
		}

		@RateLimited(value = "two", cost = "0")
		public String costsNothing() {
			return "nothing";
		}

		@RateLimited(value = "one", when = "!#internal")
		public void unless(@Nullable Boolean internal) {
		}

		@RateLimited(value = "one", when = "#limited")
		public void when(@Nullable Object limited) {
		}

		@RateLimited(value = "one", when = "false", cost = "@keys.missing()", key = "@keys.missing()")
		public String nothingButWhen() {
			return "passed";
		}

		@RateLimited(value = "one", fallbackMethod = "later")
		public String answered(String topic, int count) {
			return "answered " + topic + " " + count;
		}

		private String later(String topic, int count) {
			return "later " + topic + " " + count;
		}

		@RateLimited(value = "one", fallbackMethod = "explain")
		public String explained(String topic) {
			return topic;
		}

		String explain(String topic) {
			throw new IllegalStateException("The one that takes the refusal goes first");
		}

		String explain(String topic, RateLimitExceededException refusal) {
			return topic + ": " + refusal.getMessage();
		}

		@RateLimited(value = "one", fallbackMethod = "fail")
		public void failsLater() {
		}

		void fail() {
			throw new UncheckedIOException(new IOException("no paper")) {

				@Override
				public String getMessage() {
					return "no paper";
				}

			};
		}

		@RateLimited("one")
		public CompletionStage<String> stage() {
			return CompletableFuture.completedFuture("told");
		}

		@RateLimited("one")
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("told");
		}

		@RateLimited(value = "one", fallbackMethod = "fallbackStage")
		public CompletionStage<String> stageOrFallback() {
			return CompletableFuture.completedFuture("told");
		}

		CompletableFuture<String> fallbackStage() {
			return FALLBACK;
		}

		@RateLimited("one")
		public SpecialFuture special() {
			return new SpecialFuture();
		}

		@RateLimited("one")
		public Future<String> plainFuture() {
			return CompletableFuture.completedFuture("told");
		}

		@RateLimited("ten")
		@RateLimited("two")
		@RateLimited("watched")
		public void repeated() {
		}

		@RateLimited(value = "two", fallbackMethod = "first")
		@RateLimited(value = "one", fallbackMethod = "second")
		public String repeatedWithFallbacks() {
			return "neither";
		}

		String first() {
			return "first";
		}

		String second() {
			return "second";
		}

		@PerUser(user = "#userId")
		public void composed(String userId) {
		}

		@TenAndTwo
		public void composedOfTwo() {
		}

		@PerUser(user = "#userId")
		@RateLimited("two")
		public void directAndComposed(String userId) {
		}

	}

	public static class SpecialFuture extends CompletableFuture<String> {

	}

	public static class Keys {

		public String of(@Nullable UUID book) {
			if (book == null) {
				throw new IllegalStateException("no book");
			}
			return "book:" + book;
		}

	}

	static class MoreCallers {

		@Bean
		@Order(1)
		CallerResolver unknowing() {
			return () -> null;
		}

		@Bean
		@Order(3)
		CallerResolver second() {
			return () -> new Caller(new User("second"), null);
		}

		@Bean
		@Order(2)
		CallerResolver first() {
			return () -> new Caller(new User("first"), null);
		}

	}

	@Target({ ElementType.METHOD, ElementType.TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@RateLimited(value = "ten", cost = "2")
	@interface PerUser {

		@AliasFor(annotation = RateLimited.class, attribute = "key")
		String user();

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@RateLimited("ten")
	@RateLimited("two")
	@interface TenAndTwo {

	}

}

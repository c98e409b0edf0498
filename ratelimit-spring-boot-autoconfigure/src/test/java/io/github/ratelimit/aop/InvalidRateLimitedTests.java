package io.github.ratelimit.aop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.aop.elsewhere.PackagePrivateMethod;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.context.request.async.DeferredResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InvalidRateLimitedTests {

	private static final String TIERS = "; there are away, each, one, ten, two, watched";

	private static final String HERE = InvalidRateLimitedTests.class.getName() + "$";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
		.withUserConfiguration(TestLimits.class)
		.withBean(CurrentCaller.class);

	@Test
	void unknownTierOfAMethodStopsTheStart() {
		assertUnknownTier(UnknownTier.class, "There is no rate limit tier 'premium', named by @RateLimited on method "
				+ HERE + "UnknownTier.start(String, int[])" + TIERS);
	}

	@Test
	void unknownTierOfAClassStopsTheStart() {
		assertUnknownTier(UnknownTierOfClass.class,
				"There is no rate limit tier 'premium', named by @RateLimited on class " + HERE + "UnknownTierOfClass"
						+ TIERS);
	}

	@Test
	void unknownTierOfAnInterfaceStopsTheStart() {
		assertUnknownTier(UnknownTierAbove.class,
				"There is no rate limit tier 'premium', named by @RateLimited on method " + HERE
						+ "WithUnknownTier.start()" + TIERS);
	}

	@Test
	void unknownTierOfALazyBeanStopsTheStart() {
		assertUnknownTier(LazyUnknownTier.class, "There is no rate limit tier 'premium', named by @RateLimited on "
				+ "method " + HERE + "UnknownTier.start(String, int[])" + TIERS);
	}

	@Test
	void unknownTierOfAPrototypeStopsTheStart() {
		assertUnknownTier(PrototypeUnknownTier.class, "There is no rate limit tier 'premium', named by @RateLimited "
				+ "on method " + HERE + "UnknownTier.start(String, int[])" + TIERS);
	}

	@Test
	void unknownTierOfWhatAFactoryWillMakeStopsTheStart() {
		assertUnknownTier(UnknownTierFactory.class, "There is no rate limit tier 'premium', named by @RateLimited on "
				+ "method " + HERE + "UnknownTier.start(String, int[])" + TIERS);
	}

	@Test
	void unknownTierOfAClassThatNobodyKnewStopsTheBean() {
		this.runner.withUserConfiguration(SecretUnknownTier.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> context.getBean("secret"))
				.havingRootCause()
				.isInstanceOf(UnknownTierException.class)
				.withMessageContaining(HERE + "UnknownTier.start(String, int[])");
		});
	}

	@Test
	void blankTierStopsTheStart() {
		assertInvalid(BlankTier.class, "@RateLimited on method " + HERE + "BlankTier.start() names no tier.",
				"Name one, such as @RateLimited(\"api\").");
	}

	@Test
	void tierThatIsNamedTwiceForTheSameCallsStopsTheStart() {
		assertInvalid(TierTwice.class,
				"@RateLimited on method " + HERE + "TierTwice.start() names the tier 'one' twice, for the same calls.",
				"Name it once, with the 'cost' that a call takes, or tell the two apart by 'key', 'when' or 'charge'.");
	}

	@Test
	void tierThatIsNamedTwiceWithDifferentKeysIsFine() {
		this.runner.withBean(TierTwiceWithKeys.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void keyThatDoesNotParseStopsTheStart() {
		assertInvalid(BadKey.class,
				"The key '#user +' of @RateLimited on method " + HERE + "BadKey.start(String) is not an expression: "
						+ "Expression [#user +] @6: EL1042E: Problem parsing right operand.",
				"Write an expression of the Spring Expression Language, such as #id or authentication.name; "
						+ "text stands in single quotes.");
	}

	@Test
	void conditionOfAClassThatDoesNotParseStopsTheStart() {
		assertInvalid(BadWhenOfClass.class,
				"The when 'true)' of @RateLimited on class " + HERE + "BadWhenOfClass, for method " + HERE
						+ "BadWhenOfClass.start() is not an expression: Expression [true)] @4: EL1041E: After parsing "
						+ "a valid expression, there is still more data in the expression: 'rparen())'.",
				"Write an expression of the Spring Expression Language, such as #id or authentication.name; "
						+ "text stands in single quotes.");
	}

	@Test
	void annotatedClassWithoutMethodsThatCanBeLimitedStopsTheStart() {
		assertInvalid(NothingToLimit.class,
				"@RateLimited on class " + HERE + "NothingToLimit has no effect: the class has no method that is "
						+ "neither private nor static.",
				"Make the methods that it is to limit public, protected or package-private.");
	}

	@Test
	void blankCostStopsTheStart() {
		assertInvalid(BlankCost.class,
				"The cost ' ' of @RateLimited on method " + HERE + "BlankCost.start() is not a number of units.",
				"Write a whole number from 0 to 9223372036854775807, or an expression that gives one.");
	}

	@Test
	void negativeCostStopsTheStart() {
		assertInvalid(NegativeCost.class,
				"The cost '-1' of @RateLimited on method " + HERE + "NegativeCost.start() is not a number of units.",
				"Write a whole number from 0 to 9223372036854775807, or an expression that gives one.");
	}

	@Test
	void costOfTooManyDigitsStopsTheStart() {
		assertInvalid(HugeCost.class,
				"The cost '9223372036854775808' of @RateLimited on method " + HERE
						+ "HugeCost.start() is not a number of units.",
				"Write a whole number from 0 to 9223372036854775807, or an expression that gives one.");
	}

	@Test
	void misspelledParameterStopsTheStart() {
		assertInvalid(MisspelledParameter.class, "The key 'authentication.name + #usrId' of @RateLimited on method "
				+ HERE + "MisspelledParameter.start(String, int) names #usrId, which is not a parameter of the method.",
				"Its parameters are #userId, #count.");
	}

	@Test
	void resultThatIsWrittenAsAParameterStopsTheStart() {
		assertInvalid(ResultAsParameter.class,
				"The key '#result' of @RateLimited on method " + HERE
						+ "ResultAsParameter.start() names #result, which is not a parameter of the method.",
				"The method has no parameters.");
	}

	@Test
	void parameterWithoutItsHashStopsTheStart() {
		assertInvalid(ForgottenHash.class, "The cost 'n * 2' of @RateLimited on method " + HERE
				+ "ForgottenHash.start(int) names n, which there is not.", "Did you mean '#n'?");
		assertInvalid(ForgottenHashOfClass.class,
				"The when '!dryRun' of @RateLimited on class " + HERE + "ForgottenHashOfClass, for method " + HERE
						+ "ForgottenHashOfClass.start(boolean) names dryRun, which there is not.",
				"Did you mean '#dryRun'?");
	}

	@Test
	void nameOfNothingStopsTheStart() {
		assertInvalid(MisspelledOutcome.class,
				"The charge 'exceptoin == null' of @RateLimited on method " + HERE
						+ "MisspelledOutcome.start(String) names exceptoin, which there is not.",
				"It sees result, exception, status, authentication, request, #user, and beans as @name; "
						+ "text stands in single quotes.");
		assertInvalid(ResultBeforeTheCall.class,
				"The key '#root.result' of @RateLimited on method " + HERE
						+ "ResultBeforeTheCall.start() names result, which there is not.",
				"It sees authentication, request, and beans as @name; text stands in single quotes.");
		assertInvalid(MethodOfNothing.class,
				"The key 'name() + #id' of @RateLimited on method " + HERE
						+ "MethodOfNothing.start(String) names name(), which there is not.",
				"It sees authentication, request, #id, and beans as @name; text stands in single quotes.");
		assertInvalid(FunctionOfNothing.class,
				"The key '#hash(#id)' of @RateLimited on method " + HERE
						+ "FunctionOfNothing.start(String) names #hash, which is not a parameter of the method.",
				"Its parameters are #id.");
	}

	@Test
	void assignmentStopsTheStart() {
		assertInvalid(Assignment.class,
				"The charge 'status = 401' of @RateLimited on method " + HERE
						+ "Assignment.start() assigns a value: status=401.",
				"Write == to compare. An expression looks at a call and changes nothing.");
		assertInvalid(Increment.class,
				"The cost '#n++' of @RateLimited on method " + HERE + "Increment.start(int) assigns a value: #n++.",
				"Write == to compare. An expression looks at a call and changes nothing.");
	}

	@Test
	void namesOfWhatOtherObjectsHaveMayBeNamed() {
		this.runner.withBean(NamesOfOthers.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void chargeByAResultThatIsNotSeenStopsTheStart() {
		assertInvalid(UnseenResult.class,
				"The charge 'exception == null' of @RateLimited on method " + HERE
						+ "UnseenResult.start() looks at the result or exception, which is not known: the method "
						+ "returns a Callable, and what that comes to is not seen.",
				"Let it look at status alone, or annotate the method that does the work.");
	}

	@Test
	void chargeOfAClassByAResultThatIsNotSeenStopsTheStart() {
		assertInvalid(UnseenResultOfClass.class,
				"The charge '#root.result != null' of @RateLimited on class " + HERE
						+ "UnseenResultOfClass, for method " + HERE
						+ "UnseenResultOfClass.start() looks at the result or exception, which is not known: the "
						+ "method returns a OwnResult, and what that comes to is not seen.",
				"Let it look at status alone, or annotate the method that does the work.");
	}

	@Test
	void chargeByTheStatusOfWhatIsNotSeenMayBe() {
		this.runner.withBean(UnseenStatus.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void positionBeyondTheParametersStopsTheStart() {
		assertInvalid(NoSuchPosition.class,
				"The cost '#a0' of @RateLimited on method " + HERE
						+ "NoSuchPosition.start() names #a0, which is not a parameter of the method.",
				"The method has no parameters.");
	}

	@Test
	void parameterOfAMethodWhoseParametersHaveNoNamesStopsTheStart() {
		assertThatExceptionOfType(InvalidRateLimitedException.class)
			.isThrownBy(() -> RateLimitedClass.of(nameless(), new AnnotatedDeclarations(), (ex) -> {
				throw ex;
			}))
			.withMessage("The key '#user' of @RateLimited on method com.acme.Nameless.start(String) names #user, which "
					+ "is not a parameter of the method. The names of its parameters are not known: compile with "
					+ "-parameters, or write #a0 for the first.");
	}

	/**
	 * Make a class as a compiler does that does not keep the names of parameters.
	 */
	private static Class<?> nameless() {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "com/acme/Nameless", null,
				"java/lang/Object", null);
		MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "start",
				"(Ljava/lang/String;)V", null, null);
		AnnotationVisitor annotation = method.visitAnnotation(Type.getDescriptor(RateLimited.class), true);
		annotation.visit("value", "ten");
		annotation.visit("key", "#user");
		annotation.visitEnd();
		method.visitEnd();
		writer.visitEnd();
		byte[] bytes = writer.toByteArray();
		return new ClassLoader(InvalidRateLimitedTests.class.getClassLoader()) {

			Class<?> define() {
				return defineClass("com.acme.Nameless", bytes, 0, bytes.length);
			}

		}.define();
	}

	@Test
	void expressionOfAClassMayNameParametersThatOnlySomeMethodsHave() {
		this.runner.withBean(SometimesParameter.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void variablesOfExpressionsThatAreNoParametersMayBeNamed() {
		this.runner.withBean(OtherVariables.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void missingFallbackStopsTheStart() {
		assertInvalid(MissingFallback.class,
				"@RateLimited on method " + HERE + "MissingFallback.start(String) has the fallbackMethod 'later', "
						+ "which class " + HERE + "MissingFallback does not have.",
				"Declare 'String later(String)' or 'String later(String, RateLimitExceededException)'.");
	}

	@Test
	void fallbackWithOtherParametersStopsTheStart() {
		assertInvalid(MisfitFallback.class,
				"@RateLimited on method " + HERE + "MisfitFallback.start(String) has the fallbackMethod 'later', which "
						+ "does not fit: method " + HERE + "MisfitFallback.later(int) returning String.",
				"Declare 'void later(String)' or 'void later(String, RateLimitExceededException)'.");
	}

	@Test
	void fallbackThatReturnsAnotherTypeStopsTheStart() {
		assertInvalid(MisfitReturnType.class,
				"@RateLimited on method " + HERE + "MisfitReturnType.start() has the fallbackMethod 'later', which "
						+ "does not fit: method " + HERE
						+ "MisfitReturnType.later(RateLimitExceededException) returning String.",
				"Declare 'CompletionStage later()' or 'CompletionStage later(RateLimitExceededException)'.");
	}

	@Test
	void fallbackThatIsTheMethodItselfStopsTheStart() {
		assertInvalid(OwnFallback.class,
				"@RateLimited on method " + HERE + "OwnFallback.start() has the fallbackMethod 'start', which class "
						+ HERE + "OwnFallback does not have.",
				"Declare 'void start()' or 'void start(RateLimitExceededException)'.");
	}

	@Test
	void fallbackOfAnAnnotatedClassMustFitEachOfItsMethods() {
		assertInvalid(FallbackOfClass.class,
				"@RateLimited on class " + HERE + "FallbackOfClass, for method " + HERE
						+ "FallbackOfClass.start(int) has the fallbackMethod 'later', which does not fit: method "
						+ HERE + "FallbackOfClass.later() returning void.",
				"Declare 'void later(int)' or 'void later(int, RateLimitExceededException)'.");
	}

	@Test
	void fallbackMayBeInheritedOrADefaultMethodAndNameTypesThatOnlyTheClassKnows() {
		this.runner.withBean(GenericFallback.class).run((context) -> {
			GenericFallback bean = context.getBean(GenericFallback.class);
			bean.start("a");
			assertThat(bean.start("a")).isEqualTo("inherited a");
			assertThat(bean.other(1)).isEqualTo("default 1");
		});
	}

	@Test
	void privateMethodStopsTheStart() {
		assertInvalid(PrivateMethod.class,
				"@RateLimited on method " + HERE + "PrivateMethod.start() has no effect: the method is private, so "
						+ "that no proxy can intercept its calls.",
				"Make it public, protected or package-private, and call it from another bean.");
	}

	@Test
	void privateMethodOfASuperclassStopsTheStart() {
		assertInvalid(InheritsPrivateMethod.class,
				"@RateLimited on method " + HERE + "PrivateMethod.start() has no effect: the method is private, so "
						+ "that no proxy can intercept its calls.",
				"Make it public, protected or package-private, and call it from another bean.");
	}

	@Test
	void staticMethodStopsTheStart() {
		assertInvalid(StaticMethod.class,
				"@RateLimited on method " + HERE + "StaticMethod.start() has no effect: the method is static, so that "
						+ "no proxy can intercept its calls.",
				"Make it a method of the instance.");
	}

	@Test
	void finalMethodStopsTheStart() {
		assertInvalid(FinalMethod.class,
				"@RateLimited on method " + HERE + "FinalMethod.start() has no effect: the method is final, so that no "
						+ "proxy can intercept its calls.",
				"Remove 'final' from the method.");
	}

	@Test
	void finalMethodOfAnAnnotatedClassStopsTheStart() {
		assertInvalid(FinalMethodOfClass.class,
				"@RateLimited on class " + HERE + "FinalMethodOfClass, for method " + HERE
						+ "FinalMethodOfClass.start() has no effect: the method is final, so that no proxy can "
						+ "intercept its calls.",
				"Remove 'final' from the method.");
	}

	@Test
	void finalMethodBehindAnotherClassProxyStopsTheStart() {
		this.runner.withUserConfiguration(RateLimitedBeanPostProcessorTests.ClassProxies.class)
			.withBean(FinalMethodBehindProxy.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitedException.class)
				.hasMessageContaining("FinalMethodBehindProxy.start() has no effect: the method is final"));
	}

	@Test
	void finalClassStopsTheStart() {
		assertInvalid(FinalClass.class,
				"@RateLimited on method " + HERE + "FinalClass.start() has no effect: class " + HERE
						+ "FinalClass is final, so that no proxy can intercept its calls.",
				"Remove 'final' from the class.");
	}

	@Test
	void sealedClassStopsTheStart() {
		assertInvalid(SealedClass.class,
				"@RateLimited on method " + HERE + "SealedClass.start() has no effect: class " + HERE
						+ "SealedClass is sealed, so that no proxy can intercept its calls.",
				"Remove 'sealed' from the class.");
	}

	@Test
	void packagePrivateMethodOfAnotherPackageStopsTheStart() {
		assertInvalid(InheritsPackagePrivateMethod.class,
				"@RateLimited on method " + PackagePrivateMethod.class.getName()
						+ ".hidden() has no effect: the method is package-private and class " + HERE
						+ "InheritsPackagePrivateMethod is of another package, so that no proxy can intercept its "
						+ "calls.",
				"Make it public or protected.");
	}

	private void assertInvalid(Class<?> beanClass, String problem, String remedy) {
		this.runner.withBean(beanClass).run((context) -> {
			assertThat(context).hasFailed();
			InvalidRateLimitedException failure = invalid(context.getStartupFailure());
			assertThat(failure.getProblem()).isEqualTo(problem);
			assertThat(failure.getRemedy()).isEqualTo(remedy);
			assertThat(failure).hasMessage(problem + " " + remedy);
		});
	}

	private static InvalidRateLimitedException invalid(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidRateLimitedException)) {
			cause = cause.getCause();
		}
		assertThat(cause).as("cause of %s", failure).isNotNull();
		return (InvalidRateLimitedException) cause;
	}

	private void assertUnknownTier(Class<?> beanClass, String message) {
		this.runner.withUserConfiguration(beanClass).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(UnknownTierException.class).hasMessage(message);
		});
	}

	public static class UnknownTier {

		@RateLimited("premium")
		public void start(String topic, int[] counts) {
		}

	}

	@RateLimited("premium")
	public static class UnknownTierOfClass {

		public void start() {
		}

	}

	public interface WithUnknownTier {

		@RateLimited("premium")
		void start();

	}

	public static class UnknownTierAbove implements WithUnknownTier {

		@Override
		public void start() {
		}

	}

	static class LazyUnknownTier {

		@Bean
		@Lazy
		UnknownTier lazy() {
			return new UnknownTier();
		}

	}

	static class PrototypeUnknownTier {

		@Bean
		@Scope("prototype")
		UnknownTier prototype() {
			return new UnknownTier();
		}

	}

	static class UnknownTierFactory implements FactoryBean<UnknownTier> {

		@Override
		public UnknownTier getObject() {
			return new UnknownTier();
		}

		@Override
		public Class<?> getObjectType() {
			return UnknownTier.class;
		}

	}

	static class SecretUnknownTier {

		@Bean
		@Lazy
		Object secret() {
			return new UnknownTier();
		}

	}

	public static class BlankTier {

		@RateLimited(" ")
		void start() {
		}

	}

	public static class TierTwice {

		@RateLimited("one")
		@RateLimited(value = "one", cost = "2")
		void start() {
		}

	}

	public static class TierTwiceWithKeys {

		@RateLimited(value = "one", key = "'a'")
		@RateLimited(value = "one", key = "'b'")
		void start() {
		}

	}

	public static class BadKey {

		@RateLimited(value = "ten", key = "#user +")
		public void start(String user) {
		}

	}

	public static class UnseenResult {

		@RateLimited(value = "ten", charge = "exception == null")
		public Callable<String> start() {
			return () -> "done";
		}

	}

	@RateLimited(value = "ten", charge = "#root.result != null")
	public static class UnseenResultOfClass {

		public OwnResult start() {
			return new OwnResult();
		}

	}

	public static class OwnResult extends DeferredResult<String> {

	}

	public static class UnseenStatus {

		@RateLimited(value = "ten", charge = "status == 401")
		public Callable<String> start() {
			return () -> "done";
		}

	}

	public static class ResultAsParameter {

		@RateLimited(value = "ten", key = "#result")
		public @Nullable String start() {
			return null;
		}

	}

	public static class ForgottenHash {

		@RateLimited(value = "ten", cost = "n * 2")
		public void start(int n) {
		}

	}

	@RateLimited(value = "ten", when = "!dryRun")
	public static class ForgottenHashOfClass {

		public void start(boolean dryRun) {
		}

	}

	public static class MisspelledOutcome {

		@RateLimited(value = "ten", charge = "exceptoin == null")
		public void start(String user) {
		}

	}

	public static class ResultBeforeTheCall {

		@RateLimited(value = "ten", key = "#root.result")
		public void start() {
		}

	}

	public static class MethodOfNothing {

		@RateLimited(value = "ten", key = "name() + #id")
		public void start(String id) {
		}

	}

	public static class FunctionOfNothing {

		@RateLimited(value = "ten", key = "#hash(#id)")
		public void start(String id) {
		}

	}

	public static class Assignment {

		@RateLimited(value = "ten", charge = "status = 401")
		public void start() {
		}

	}

	public static class Increment {

		@RateLimited(value = "ten", cost = "#n++")
		public void start(int n) {
		}

	}

	public static class NamesOfOthers {

		@RateLimited(value = "ten", key = "getAuthentication()?.name + #tags[tool] + {tool: 'x'}[tool] + #user.trim()")
		public void start(String user, Map<String, String> tags) {
		}

		@RateLimited(value = "ten", key = "request.getHeader(#user) + target.class.name + method.name + args[0]",
				cost = "#items.?[price > 3].size() + #items.![price][0] + T(Math).max(1, 2) + new Integer(3)",
				when = "@beans.some(authentication, #root.request) and #this.args.length matches '3'",
				charge = "status == 200 or #status == 401 or #root['status'] == 403 or result.ok and exception == null")
		public void list(String user, List<Object> items) {
		}

	}

	@RateLimited(value = "ten", when = "true)")
	public static class BadWhenOfClass {

		public void start() {
		}

	}

	@RateLimited("one")
	static class NothingToLimit {

		static void start() {
		}

	}

	public static class BlankCost {

		@RateLimited(value = "ten", cost = " ")
		public void start() {
		}

	}

	public static class NegativeCost {

		@RateLimited(value = "ten", cost = "-1")
		public void start() {
		}

	}

	public static class HugeCost {

		@RateLimited(value = "ten", cost = "9223372036854775808")
		public void start() {
		}

	}

	public static class MisspelledParameter {

		@RateLimited(value = "ten", key = "authentication.name + #usrId")
		public void start(String userId, int count) {
		}

	}

	public static class NoSuchPosition {

		@RateLimited(value = "ten", cost = "#a0")
		public void start() {
		}

	}

	@RateLimited(value = "ten", key = "#userId ?: 'all'")
	public static class SometimesParameter {

		public void start(String userId) {
		}

		public void list() {
		}

	}

	public static class OtherVariables {

		@RateLimited(value = "ten", key = "#root.args.?[#this != null].length + #p0 + #a0", cost = "{1, 2}.![#this][0]")
		public void start(String user) {
		}

	}

	public static class MissingFallback {

		@RateLimited(value = "ten", fallbackMethod = "later")
		public String start(String topic) {
			return topic;
		}

	}

	public static class MisfitFallback {

		@RateLimited(value = "ten", fallbackMethod = "later")
		public void start(String topic) {
		}

		String later(int count) {
			return "later";
		}

	}

	public static class MisfitReturnType {

		@RateLimited(value = "ten", fallbackMethod = "later")
		public CompletionStage<String> start() {
			throw new IllegalStateException();
		}

		String later(RateLimitExceededException refusal) {
			return "later";
		}

	}

	public static class OwnFallback {

		@RateLimited(value = "ten", fallbackMethod = "start")
		public void start() {
		}

	}

	@RateLimited(value = "ten", fallbackMethod = "later")
	public static class FallbackOfClass {

		public void start(int count) {
		}

		void later() {
		}

	}

	public abstract static class Generic<T> {

		@RateLimited(value = "one", fallbackMethod = "inherited")
		public Object start(T topic) {
			return topic;
		}

		String inherited(T topic) {
			return "inherited " + topic;
		}

	}

	public interface Defaults {

		default String byDefault(int count) {
			return "default " + count;
		}

	}

	public static class GenericFallback extends Generic<String> implements Defaults {

		@RateLimited(value = "one", fallbackMethod = "byDefault")
		public String other(int count) {
			return "other";
		}

	}

	public static class PrivateMethod {

		@RateLimited("ten")
		private void start() {
		}

	}

	public static class InheritsPrivateMethod extends PrivateMethod {

	}

	public static class StaticMethod {

		@RateLimited("ten")
		public static void start() {
		}

	}

	public static class FinalMethod {

		@RateLimited("ten")
		public final void start() {
		}

	}

	@RateLimited("ten")
	public static class FinalMethodOfClass {

		public final void start() {
		}

	}

	public static class FinalMethodBehindProxy {

		@RateLimited("ten")
		public final void start() {
		}

		@Transactional
		public void write() {
		}

	}

	static final class FinalClass {

		@RateLimited("ten")
		void start() {
		}

	}

	public static sealed class SealedClass permits PermittedClass {

		@RateLimited("ten")
		public void start() {
		}

	}

	static final class PermittedClass extends SealedClass {

	}

	public static class InheritsPackagePrivateMethod extends PackagePrivateMethod {

	}

}

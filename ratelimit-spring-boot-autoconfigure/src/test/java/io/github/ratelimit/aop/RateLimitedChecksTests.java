package io.github.ratelimit.aop;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.Severity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what is found to be likely a mistake in annotations, where it does not stop
 * the start.
 */
class RateLimitedChecksTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
		.withUserConfiguration(TestLimits.class)
		.withBean(CurrentCaller.class)
		.withBean(Findings.class,
				() -> new Findings((check) -> (check == Check.UNREACHABLE_METHOD) ? Severity.WARN : check.severity()));

	@ParameterizedTest
	@ValueSource(classes = { CallsItself.class, CallsItselfWithArguments.class, CallsItselfInALambda.class,
			CallsItselfByReference.class, CallsItselfAfterABranch.class, CallsWhatItInherits.class,
			CallsItselfInAHandler.class })
	void callOfAnObjectToItselfIsTold(Class<?> type) {
		this.runner.withBean(type)
			.run((context) -> assertThat(found(context, Check.SELF_CALL)).singleElement()
				.asString()
				.startsWith("RL008: Calls that " + type.getName()
						+ ".serve makes to the method with @RateLimited on method "));
	}

	@ParameterizedTest
	@ValueSource(classes = { CallsItsProxy.class, CallsAnother.class, CallsSuper.class, PassesOn.class,
			AnnotatedItself.class, Generic.class })
	void callThatIsLimitedOrNotMeantIsNotTold(Class<?> type) {
		this.runner.withBean(type).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(found(context, Check.SELF_CALL)).isEmpty();
		});
	}

	@Test
	void methodOfTwoTiersWithTheSameKeyIsTold() {
		this.runner.withBean(TwoTiers.class)
			.run((context) -> assertThat(found(context, Check.CHARGED_TWICE)).singleElement()
				.asString()
				.contains("TwoTiers.serve() are charged to the same key in tiers 'one' and 'two'."));
	}

	@Test
	void methodOfTwoTiersWithKeysOfTheirOwnIsFine() {
		this.runner.withBean(TwoKeys.class).run((context) -> assertThat(found(context, Check.CHARGED_TWICE)).isEmpty());
	}

	@Test
	void methodsThatNoProxyCanInterceptAreLeftUnlimitedWhereThatIsSet() {
		this.runner.withBean(Mixed.class).run((context) -> {
			assertThat(found(context, Check.UNREACHABLE_METHOD)).extracting(Finding::detail)
				.satisfiesExactlyInAnyOrder((detail) -> assertThat(detail).contains("the method is final"),
						(detail) -> assertThat(detail).contains("the method is static"),
						(detail) -> assertThat(detail).contains("the method is private"));
			Mixed bean = context.getBean(Mixed.class);
			bean.limited();
			assertThatException().isThrownBy(bean::limited);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FinalClass.class, FinalMethods.class })
	void beanThatNoProxyCanHelpIsLeftAsItIs(Class<? extends Supplier<String>> type) {
		this.runner.withBean(type).run((context) -> {
			Supplier<String> bean = context.getBean(type);
			assertThat(bean).isExactlyInstanceOf(type);
			assertThatNoException().isThrownBy(bean::get);
			assertThat(bean.get()).isEqualTo("state");
			assertThat(found(context, Check.UNREACHABLE_METHOD)).hasSize(1);
		});
	}

	private static List<Finding> found(ApplicationContext context, Check check) {
		return context.getBean(Findings.class).all().stream().filter((finding) -> finding.check() == check).toList();
	}

	static class CallsItself {

		void serve() {
			limited();
		}

		@RateLimited("one")
		void limited() {
		}

	}

	static class CallsItselfWithArguments {

		private final long[] numbers = { 1 };

		Object serve(int index, double factor) {
			return limited(this.numbers[index] + (long) factor, (index > 1) ? "many" : "one",
					new Object[][] { { index, this } });
		}

		@RateLimited("one")
		Object limited(long number, String name, Object rest) {
			return name;
		}

	}

	static class CallsItselfInALambda {

		Callable<String> serve(String name) {
			return () -> limited(name);
		}

		@RateLimited("one")
		String limited(String name) {
			return name;
		}

	}

	static class CallsItselfByReference {

		Supplier<String> serve() {
			return this::limited;
		}

		@RateLimited("one")
		String limited() {
			return "";
		}

	}

	static class CallsItselfAfterABranch {

		String serve(int number) {
			switch (number) {
				case 1:
					throw new IllegalArgumentException();
				case 2:
					return "";
				default:
					break;
			}
			return (number > 3) ? limited((number > 4) ? "a" : "b") : "";
		}

		@RateLimited("one")
		String limited(String name) {
			return name;
		}

	}

	static class CallsItselfInAHandler {

		String serve(Callable<String> callable) {
			try {
				return callable.call();
			}
			catch (Exception ex) {
				return limited(ex.getMessage());
			}
		}

		@RateLimited("one")
		String limited(@Nullable String name) {
			return Objects.toString(name);
		}

	}

	static class Base {

		@RateLimited("one")
		String limited() {
			return "";
		}

	}

	static class CallsWhatItInherits extends Base {

		String serve() {
			return limited();
		}

	}

	static class CallsItsProxy {

		private @Nullable CallsItsProxy self;

		String serve(String name) {
			return Objects.requireNonNull(this.self).limited(name) + pick(this).limited(name);
		}

		private CallsItsProxy pick(CallsItsProxy other) {
			CallsItsProxy proxy = this.self;
			return (proxy != null) ? proxy : other;
		}

		String direct() {
			return this.self.limited("a");
		}

		@RateLimited("one")
		String limited(String name) {
			return name;
		}

	}

	static class CallsAnother {

		boolean serve(CallsAnother other) {
			return other.limited(this);
		}

		@RateLimited("one")
		boolean limited(Object object) {
			return object == this;
		}

	}

	static class CallsSuper extends Base {

		@Override
		@RateLimited("one")
		String limited() {
			return super.limited();
		}

	}

	static class PassesOn {

		@RateLimited("one")
		String limited() {
			return limited("");
		}

		@RateLimited("one")
		String limited(String name) {
			return name;
		}

	}

	@RateLimited("one")
	static class AnnotatedItself {

		String serve() {
			return limited();
		}

		String limited() {
			return "";
		}

	}

	interface Handler<T> {

		Object handle(T value);

	}

	static class Generic implements Handler<String> {

		@Override
		@RateLimited("one")
		public String handle(String value) {
			return value;
		}

	}

	static class TwoTiers {

		@RateLimited("one")
		@RateLimited("two")
		void serve() {
		}

	}

	static class TwoKeys {

		@RateLimited("one")
		@RateLimited(value = "two", key = "'all'")
		void serve() {
		}

	}

	static class Mixed {

		@RateLimited("one")
		void limited() {
		}

		@RateLimited("one")
		final void fixed() {
		}

		@RateLimited("one")
		static void ofTheClass() {
		}

		@RateLimited("one")
		private void hidden() {
		}

		void touch() {
			hidden();
		}

	}

	static final class FinalClass implements Supplier<String> {

		@Override
		@RateLimited("one")
		public String get() {
			return "state";
		}

	}

	static class FinalMethods implements Supplier<String> {

		private final String state = "state";

		@Override
		@RateLimited("one")
		public final String get() {
			return this.state;
		}

	}

}

package io.github.ratelimit.aop;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.TestLimits.Charges;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class RateLimitedBeanPostProcessorTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
		.withUserConfiguration(TestLimits.class)
		.withBean(CurrentCaller.class);

	@Test
	void beanWithoutTheAnnotationGetsNoProxy() {
		this.runner.withBean(Free.class)
			.run((context) -> assertThat(context.getBean(Free.class).getClass()).isEqualTo(Free.class));
	}

	@Test
	void annotatedClassGetsAClassProxyEvenIfItHasInterfaces() {
		this.runner.withBean(ImplementedByName.class)
			.run((context) -> assertThat(AopUtils.isCglibProxy(context.getBean(ImplementedByName.class))).isTrue());
	}

	@Test
	void annotationOfAClassHoldsForItsMethods() {
		this.runner.withBean(AnnotatedClass.class).run((context) -> {
			AnnotatedClass bean = context.getBean(AnnotatedClass.class);
			bean.declared();
			bean.inherited();
			bean.ofAnInterface();
			bean.packagePrivate();
			assertThat(charges(context)).hasSize(4).allMatch("ten user:alice 1 ALLOWED"::equals);
		});
	}

	@Test
	void annotationOfAClassDoesNotHoldForOtherMethods() {
		this.runner.withBean(AnnotatedClass.class).run((context) -> {
			AnnotatedClass bean = context.getBean(AnnotatedClass.class);
			AnnotatedClass.ofTheClass();
			bean.hiddenAbove();
			assertThat(bean).hasToString("annotated").isEqualTo(bean).hasSameHashCodeAs(bean);
			assertThat(charges(context)).isEmpty();
		});
	}

	@Test
	void annotationsOfAMethodReplaceThoseOfItsClass() {
		this.runner.withBean(AnnotatedClass.class).run((context) -> {
			context.getBean(AnnotatedClass.class).replaced();
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED");
		});
	}

	@Test
	void annotationOfAClassHoldsForItsSubclasses() {
		this.runner.withBean(SubclassOfAnnotated.class).run((context) -> {
			SubclassOfAnnotated bean = context.getBean(SubclassOfAnnotated.class);
			bean.added();
			bean.replaced();
			assertThat(charges(context)).containsExactly("ten user:alice 1 ALLOWED", "two user:alice 1 ALLOWED");
		});
	}

	@Test
	void annotationOfTheNearestTypeHolds() {
		this.runner.withBean(AnnotatedSubclass.class).run((context) -> {
			context.getBean(AnnotatedSubclass.class).declared();
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
		});
	}

	@Test
	void finalMethodsThatAnAnnotatedClassInheritsArePassedOver() {
		this.runner.withBean(InheritsFinal.class).run((context) -> {
			InheritsFinal bean = context.getBean(InheritsFinal.class);
			bean.own();
			assertThat(bean.cannotBeHelped()).isEqualTo("final");
			assertThat(charges(context)).hasSize(1);
		});
	}

	@Test
	void annotationOfAnInterfacesMethodHoldsForItsImplementation() {
		this.runner.withBean(ImplementedByName.class).run((context) -> {
			context.getBean(ImplementedByName.class).find("42");
			context.getBean(ByName.class).find("43");
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED", "ten 43 1 ALLOWED");
		});
	}

	@Test
	void annotationOfAnInterfacesMethodHoldsWhereASuperclassImplementsItUnknowingly() {
		this.runner.withBean(ImplementedAbove.class).run((context) -> {
			context.getBean(ByName.class).find("42");
			context.getBean(ImplementedAbove.class).find("43");
			assertThat(charges(context)).containsExactly("ten 42 1 ALLOWED", "ten 43 1 ALLOWED");
		});
	}

	@Test
	void annotationOfADefaultMethodHolds() {
		this.runner.withBean(WithDefaultMethod.class).run((context) -> {
			context.getBean(WithDefaultMethod.class).byDefault();
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED");
		});
	}

	@Test
	void annotationOfASuperclassesMethodHoldsBeforeThatOfADefaultMethod() {
		this.runner.withBean(InheritsBoth.class).run((context) -> {
			context.getBean(InheritsBoth.class).byDefault();
			assertThat(charges(context)).containsExactly("ten user:alice 1 ALLOWED");
		});
	}

	@Test
	void annotationOfAnOverriddenMethodHolds() {
		this.runner.withBean(Overriding.class).run((context) -> {
			Overriding bean = context.getBean(Overriding.class);
			bean.kept();
			bean.replaced();
			assertThat(charges(context)).containsExactly("two user:alice 1 ALLOWED", "ten user:alice 1 ALLOWED");
		});
	}

	@Test
	void genericMethodIsLimitedOnceThroughItsBridge() {
		this.runner.withBean(TextShelf.class).run((context) -> {
			@SuppressWarnings("unchecked")
			Shelf<String> shelf = context.getBean(Shelf.class);
			shelf.put("a");
			context.getBean(TextShelf.class).put("b");
			shelf.take("c");
			context.getBean(TextShelf.class).take("d");
			assertThat(charges(context)).containsExactly("ten a 1 ALLOWED", "ten b 1 ALLOWED", "two c 1 ALLOWED",
					"two d 1 ALLOWED");
		});
	}

	@Test
	void methodOfAHiddenSuperclassIsLimitedOnceThroughItsBridge() {
		this.runner.withBean(Visible.class).run((context) -> {
			context.getBean(Visible.class).shown();
			assertThat(charges(context)).containsExactly("ten user:alice 1 ALLOWED");
		});
	}

	@Test
	void proxyOfAnotherMakerIsLimitedByItsInterface() {
		this.runner.withBean(ClientFactory.class).run((context) -> {
			assertThat(context.getBean(Client.class).get("a")).isEqualTo("get");
			context.getBean(Client.class).ping();
			assertThat(context.getBean(Client.class)).hasToString("toString");
			assertThat(charges(context)).containsExactly("each user:alice 1 ALLOWED", "ten user:alice 1 ALLOWED");
			TierRateLimiters limiters = context.getBean(TierRateLimiters.class);
			assertThat(limiters.endpoints(limiters.tier("each")))
				.containsExactly(Client.class.getName() + ".get(String)");
		});
	}

	@Test
	void proxyWithoutATargetIsLimitedByItsInterface() {
		MethodInterceptor http = (invocation) -> invocation.getMethod().getName();
		this.runner.withBean(Client.class, () -> ProxyFactory.getProxy(Client.class, http)).run((context) -> {
			assertThat(context.getBean(Client.class).get("a")).isEqualTo("get");
			context.getBean(Client.class).ping();
			assertThat(charges(context)).containsExactly("each user:alice 1 ALLOWED", "ten user:alice 1 ALLOWED");
		});
	}

	@Test
	void proxyWhoseTargetDoesNotImplementItsInterfaceIsLimitedByTheInterface() {
		this.runner.withBean(Client.class, () -> repository()).run((context) -> {
			assertThat(context.getBean(Client.class).get("a")).isEqualTo("get");
			assertThat(charges(context)).containsExactly("each user:alice 1 ALLOWED");
		});
	}

	private static Client repository() {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(new Free());
		factory.setInterfaces(Client.class);
		factory.addAdvice((MethodInterceptor) (invocation) -> invocation.getMethod().getName());
		return (Client) factory.getProxy();
	}

	@Test
	void interfaceProxyIsLimitedByTheClassBehindIt() {
		this.runner.withUserConfiguration(InterfaceProxies.class).withBean(FinalBook.class).run((context) -> {
			Book book = context.getBean(Book.class);
			assertThat(AopUtils.isJdkDynamicProxy(book)).isTrue();
			book.read();
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(book::read);
			assertThat(context.getBean(Transactions.class).begun).isEqualTo(1);
		});
	}

	@Test
	void refusedCallBeginsNoTransaction() {
		this.runner.withUserConfiguration(ClassProxies.class).withBean(Ledger.class).run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			ledger.write();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(ledger::write);
			assertThat(context.getBean(Transactions.class).begun).isEqualTo(1);
			Advisor[] advisors = ((Advised) ledger).getAdvisors();
			assertThat(advisors).hasSize(2);
			assertThat(advisors[0].getAdvice()).isInstanceOf(RateLimitedInterceptor.class);
		});
	}

	@Test
	void asynchronousCallIsDecidedOnTheThreadOfTheCaller() {
		this.runner.withUserConfiguration(AsyncCalls.class).withBean(Worker.class).run((context) -> {
			Worker worker = context.getBean(Worker.class);
			List<Runnable> tasks = context.getBean(Tasks.class).submitted;
			CompletableFuture<String> first = worker.work();
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
			assertThat(tasks).hasSize(1);
			assertThat(first).isNotDone();
			tasks.get(0).run();
			assertThat(first).isCompletedWithValue("done");
			assertThat(worker.work()).isCompletedExceptionally();
			assertThat(tasks).hasSize(1);
		});
	}

	@Test
	void scopedBeanIsChargedOnce() {
		this.runner
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.withUserConfiguration(ScopedBeans.class)
			.run((context) -> {
				context.getBean("scoped", Ledger.class).write();
				assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
			});
	}

	@Test
	void lazyAndPrototypeBeansAreLimited() {
		this.runner.withUserConfiguration(LateBeans.class).run((context) -> {
			context.getBean("lazy", Overriding.class).replaced();
			context.getBean("prototype", Overriding.class).replaced();
			context.getBean("prototype", Overriding.class).replaced();
			assertThat(charges(context)).hasSize(3);
		});
	}

	@Test
	void beanOfTwoNamesIsChargedOnce() {
		this.runner.withUserConfiguration(TwoNames.class).run((context) -> {
			context.getBean("second", Ledger.class).write();
			context.getBean("third", ImplementedByName.class).find("42");
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED", "ten 42 1 ALLOWED");
		});
	}

	@Test
	void factoryBeanItselfIsLimitedWhereItIsAnnotated() {
		this.runner.withBean("made", AnnotatedFactory.class).run((context) -> {
			context.getBean(AnnotatedFactory.class).refill();
			assertThat(context.getBean("made")).isEqualTo("made");
			assertThat(charges(context)).containsExactly("one user:alice 1 ALLOWED");
		});
	}

	@Test
	void noOtherBeanIsMadeEarlier() {
		this.runner.withBean(Ledger.class).withBean(LastPostProcessor.class).run((context) -> {
			context.getBean(Ledger.class).write();
			assertThat(context.getBean(LastPostProcessor.class).seen).contains("charges", "tierRateLimiters",
					"tierGate");
			assertThat(context.getBean(LastPostProcessor.class).seen)
				.anyMatch((name) -> name.toLowerCase(Locale.ROOT).contains("currentcaller"));
		});
	}

	@Test
	void whatTheTiersNeedMayItselfBeLimited() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RateLimitedAutoConfiguration.class))
			.withUserConfiguration(LimitsThatNeedALimitedBean.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(ImplementedByName.class).find("42");
				assertThat(context.getBean(ListenerWithBean.class).decided).isEqualTo(1);
			});
	}

	@Test
	void beanMadeTooEarlyToBeLimitedIsTold(CapturedOutput output) {
		this.runner.withBean("early", Ledger.class).withUserConfiguration(NeedsLedgerEarly.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("Bean 'early' is not limited, though " + Ledger.class.getName()
					+ " is annotated with @RateLimited");
		});
	}

	@Test
	void nothingIsToldOfBeansThatAreLimited(CapturedOutput output) {
		this.runner.withUserConfiguration(ClassProxies.class, LateBeans.class)
			.withBean(Ledger.class)
			.withBean(ClientFactory.class)
			.withBean(Free.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).doesNotContain("is not limited");
			});
	}

	@Test
	void lazyBeanWhoseClassCannotBeLookedAtDoesNotMatter() {
		this.runner
			.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
				.registerBeanDefinition("incomplete", lazy(incomplete())))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context.getBean("incomplete"))
					.withStackTraceContaining("com/acme/Missing");
			});
	}

	private static BeanDefinition lazy(Class<?> beanClass) {
		RootBeanDefinition definition = new RootBeanDefinition(beanClass);
		definition.setLazyInit(true);
		return definition;
	}

	/**
	 * Make a class with a method whose parameter is of a class that is not there.
	 */
	private static Class<?> incomplete() {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "com/acme/Incomplete", null,
				"java/lang/Object", null);
		writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "take", "(Lcom/acme/Missing;)V", null, null)
			.visitEnd();
		writer.visitEnd();
		byte[] bytes = writer.toByteArray();
		return new ClassLoader(RateLimitedBeanPostProcessorTests.class.getClassLoader()) {

			Class<?> define() {
				return defineClass("com.acme.Incomplete", bytes, 0, bytes.length);
			}

		}.define();
	}

	private static List<String> charges(AssertableApplicationContext context) {
		return context.getBean(Charges.class).all();
	}

	public static class Free {

		public String free() {
			return "free";
		}

	}

	public static class Above {

		void hiddenAbove() {
		}

		public void inherited() {
		}

	}

	public interface Beside {

		default void ofAnInterface() {
		}

	}

	@RateLimited("ten")
	public static class AnnotatedClass extends Above implements Beside {

		public void declared() {
		}

		@RateLimited("two")
		public void replaced() {
		}

		void packagePrivate() {
		}

		public static void ofTheClass() {
		}

		@Override
		public boolean equals(Object other) {
			return super.equals(other);
		}

		@Override
		public int hashCode() {
			return super.hashCode();
		}

		@Override
		public String toString() {
			return "annotated";
		}

	}

	public static class SubclassOfAnnotated extends AnnotatedClass {

		public void added() {
		}

		@Override
		public void replaced() {
		}

	}

	@RateLimited("one")
	public static class AnnotatedSubclass extends AnnotatedClass {

	}

	public static class HasFinal {

		public final String cannotBeHelped() {
			return "final";
		}

	}

	@RateLimited("ten")
	public static class InheritsFinal extends HasFinal {

		public void own() {
		}

	}

	public interface ByName {

		@RateLimited(value = "ten", key = "#name")
		void find(String name);

	}

	public static class ImplementedByName implements ByName {

		@Override
		public void find(String nameByAnotherName) {
		}

	}

	public static class Unknowing {

		public void find(String anything) {
		}

	}

	public static class ImplementedAbove extends Unknowing implements ByName {

	}

	public interface DefaultMethod {

		@RateLimited("two")
		default void byDefault() {
		}

	}

	public static class WithDefaultMethod implements DefaultMethod {

	}

	public static class LikeDefaultMethod {

		@RateLimited("ten")
		public void byDefault() {
		}

	}

	public static class InheritsBoth extends LikeDefaultMethod implements DefaultMethod {

	}

	public static class Overridden {

		@RateLimited("two")
		public void kept() {
		}

		@RateLimited("two")
		public void replaced() {
		}

	}

	public static class Overriding extends Overridden {

		@Override
		public void kept() {
		}

		@Override
		@RateLimited("ten")
		public void replaced() {
		}

	}

	public interface Shelf<T> {

		@RateLimited(value = "ten", key = "#item")
		void put(T item);

		void take(T item);

	}

	public static class TextShelf implements Shelf<String> {

		@Override
		public void put(String text) {
		}

		@Override
		@RateLimited(value = "two", key = "#text")
		public void take(String text) {
		}

	}

	public interface Shown {

		void shown();

	}

	static class Hidden implements Shown {

		@Override
		@RateLimited("ten")
		public void shown() {
		}

	}

	public static class Visible extends Hidden {

	}

	public interface BaseClient {

		@RateLimited("each")
		String get(String path);

		String ping();

	}

	@RateLimited("ten")
	public interface Client extends BaseClient {

	}

	static class ClientFactory implements FactoryBean<Client> {

		@Override
		public Client getObject() {
			return (Client) Proxy.newProxyInstance(Client.class.getClassLoader(), new Class<?>[] { Client.class },
					(proxy, method, args) -> method.getName());
		}

		@Override
		public Class<?> getObjectType() {
			return Client.class;
		}

	}

	public static class AnnotatedFactory implements FactoryBean<String> {

		@RateLimited("one")
		public void refill() {
		}

		@Override
		public String getObject() {
			return "made";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	public interface Book {

		void read();

	}

	static final class FinalBook implements Book {

		@Override
		@Transactional
		@RateLimited("one")
		public void read() {
		}

	}

	public static class Ledger {

		@Transactional
		@RateLimited("one")
		public void write() {
		}

	}

	@EnableTransactionManagement(proxyTargetClass = true)
	static class ClassProxies {

		@Bean
		Transactions transactions() {
			return new Transactions();
		}

	}

	@EnableTransactionManagement
	static class InterfaceProxies {

		@Bean
		Transactions transactions() {
			return new Transactions();
		}

	}

	static class Transactions extends AbstractPlatformTransactionManager {

		int begun;

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.begun++;
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	public static class Worker {

		@Async
		@RateLimited("one")
		public CompletableFuture<String> work() {
			return CompletableFuture.completedFuture("done");
		}

	}

	@EnableAsync
	static class AsyncCalls {

		@Bean
		Tasks tasks() {
			return new Tasks();
		}

	}

	static class Tasks implements TaskExecutor {

		final List<Runnable> submitted = new ArrayList<>();

		@Override
		public void execute(Runnable task) {
			this.submitted.add(task);
		}

	}

	static class ScopedBeans {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Ledger scoped() {
			return new Ledger();
		}

	}

	static class LateBeans {

		@Bean
		@Lazy
		Overriding lazy() {
			return new Overriding();
		}

		@Bean
		@Scope("prototype")
		Overriding prototype() {
			return new Overriding();
		}

	}

	static class TwoNames {

		@Bean
		Ledger first() {
			return new Ledger();
		}

		@Bean
		Ledger second(BeanFactory beanFactory) {
			return beanFactory.getBean("first", Ledger.class);
		}

		@Bean
		ImplementedByName origin() {
			return new ImplementedByName();
		}

		@Bean
		ImplementedByName third(BeanFactory beanFactory) {
			return beanFactory.getBean("origin", ImplementedByName.class);
		}

	}

	static class LastPostProcessor implements BeanPostProcessor {

		final List<String> seen = new ArrayList<>();

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			this.seen.add(beanName);
			return bean;
		}

	}

	static class LimitsThatNeedALimitedBean {

		@Bean
		ImplementedByName limited() {
			return new ImplementedByName();
		}

		@Bean
		ListenerWithBean listener(ImplementedByName bean) {
			return new ListenerWithBean(bean);
		}

		@Bean
		TierRateLimiters tierRateLimiters(ListenerWithBean listener) {
			return new TierRateLimiters(TestLimits.tiers(), InMemoryRateLimitStore.create(10, () -> 0), listener);
		}

		@Bean
		TierGate tierGate(TierRateLimiters limiters) {
			return new TierGate(limiters, List.of());
		}

	}

	static class ListenerWithBean implements RateLimitListener {

		final ImplementedByName bean;

		int decided;

		ListenerWithBean(ImplementedByName bean) {
			this.bean = bean;
		}

		@Override
		public void onDecision(RateLimitEvent event) {
			this.decided++;
		}

	}

	static class NeedsLedgerEarly {

		@Bean
		static EarlyPostProcessor earlyPostProcessor(Ledger ledger) {
			return new EarlyPostProcessor(ledger);
		}

	}

	record EarlyPostProcessor(Ledger ledger) implements BeanPostProcessor, Ordered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

}

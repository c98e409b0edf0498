package io.github.ratelimit.autoconfigure.aop;

import java.util.List;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.aop.RateLimitedBeanPostProcessor;
import io.github.ratelimit.aop.TestLimits;
import io.github.ratelimit.aop.TestLimits.Charges;
import io.github.ratelimit.aop.TestLimits.CurrentCaller;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RateLimitedAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations
		.of(RateLimitedAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withUserConfiguration(TestLimits.class)
		.withBean(CurrentCaller.class)
		.withBean(Chat.class);

	@Test
	void annotatedMethodsAreLimited() {
		this.runner.run((context) -> {
			Chat chat = context.getBean(Chat.class);
			chat.say();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(chat::say);
		});
	}

	@Test
	void annotatedMethodsAreLimitedInAWebApplication() {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(TestLimits.class)
			.withBean(CurrentCaller.class)
			.withBean(Chat.class)
			.run((context) -> {
				Chat chat = context.getBean(Chat.class);
				chat.say();
				assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(chat::say);
			});
	}

	@Test
	void proxiesOfOthersNeedNotBeTurnedOn() {
		this.runner.withPropertyValues("spring.aop.auto=false", "spring.aop.proxy-target-class=false")
			.run((context) -> assertThat(AopUtils.isCglibProxy(context.getBean(Chat.class))).isTrue());
	}

	@Test
	void postProcessorIsInfrastructure() {
		this.runner.run((context) -> {
			BeanDefinition definition = context.getBeanFactory().getBeanDefinition("rateLimitedBeanPostProcessor");
			assertThat(definition.getRole()).isEqualTo(BeanDefinition.ROLE_INFRASTRUCTURE);
		});
	}

	@Test
	void methodsAreNotLimitedWhereLimitsAreTurnedOff() {
		this.runner.withPropertyValues("ratelimit.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(RateLimitedBeanPostProcessor.class);
			assertThat(AopUtils.isAopProxy(context.getBean(Chat.class))).isFalse();
			assertThat(context.getBean(Chat.class).say()).isEqualTo("hello");
			assertThat(context.getBean(Chat.class).say()).isEqualTo("hello");
		});
	}

	@Test
	void nothingIsConfiguredWithoutSpringAop() {
		this.runner.withClassLoader(new FilteredClassLoader(AbstractBeanFactoryAwareAdvisingPostProcessor.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).doesNotHaveBean(RateLimitedAutoConfiguration.class);
			});
	}

	@Test
	void requestIsNullWithoutSpringWeb() {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/chat");
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
		try {
			this.runner.run((context) -> {
				context.getBean(Chat.class).byRequest();
				assertThat(context.getBean(Charges.class).all()).containsExactly("ten some 1 ALLOWED");
			});
			this.runner.withClassLoader(new FilteredClassLoader("org.springframework.web")).run((context) -> {
				context.getBean(Chat.class).byRequest();
				assertThat(context.getBean(Charges.class).all()).containsExactly("ten none 1 ALLOWED");
			});
		}
		finally {
			RequestContextHolder.resetRequestAttributes();
		}
	}

	@Test
	void postProcessorOfTheApplicationsOwnTakesItsPlace() {
		this.runner.withUserConfiguration(OwnPostProcessor.class).run((context) -> {
			assertThat(context).hasSingleBean(RateLimitedBeanPostProcessor.class);
			assertThat(context).hasBean("own");
			Chat chat = context.getBean(Chat.class);
			chat.say();
			assertThat(context.getBean(Charges.class).all()).isEqualTo(List.of("one user:alice 1 ALLOWED"));
		});
	}

	@Test
	void annotationsWithoutTiersStopTheStart() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withBean(Chat.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("No qualifying bean of type '" + TierRateLimiters.class.getName() + "'"));
	}

	@Test
	void tiersAreNotNeededWhereNothingIsAnnotated() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	public static class Chat {

		@RateLimited("one")
		public String say() {
			return "hello";
		}

		@RateLimited(value = "ten", key = "request != null ? 'some' : 'none'")
		public void byRequest() {
		}

	}

	static class OwnPostProcessor {

		@Bean
		static RateLimitedBeanPostProcessor own(ObjectProvider<TierRateLimiters> limiters,
				ObjectProvider<TierGate> gate, ObjectProvider<CallerResolver> callerResolvers,
				ObjectProvider<RequestDecisionsSource> requestDecisions, ObjectProvider<Findings> findings) {
			return new RateLimitedBeanPostProcessor(limiters, gate, callerResolvers, requestDecisions, findings);
		}

	}

}

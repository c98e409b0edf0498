package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.annotation.RateLimited;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeLocator;
import org.springframework.util.ClassUtils;

/**
 * Limits the methods of beans that are annotated with {@link RateLimited @RateLimited},
 * before anything else that was put around them: a refused call begins no transaction and
 * asks no cache.
 * <p>
 * Annotations are checked when their bean is made, and those of beans that are made later
 * (lazy, of a scope) when the context starts. What has to be asked of other beans is
 * asked when all are there: no bean is made earlier than without this.
 */
public final class RateLimitedBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
		implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(RateLimitedBeanPostProcessor.class);

	private final RateLimitedChecks checks;

	private final RateLimitedClasses classes;

	private final Set<String> processedBeans = ConcurrentHashMap.newKeySet();

	private final ObjectProvider<TierRateLimiters> limiters;

	private final ObjectProvider<TierGate> gate;

	private final ObjectProvider<CallerResolver> callerResolvers;

	private final ObjectProvider<RequestDecisionsSource> requestDecisions;

	private final StandardEvaluationContext expressionSupport = new StandardEvaluationContext();

	private volatile @Nullable RateLimitedSurroundings surroundings;

	private volatile boolean started;

	/**
	 * Create the post-processor. Nothing is asked of the given before it is needed.
	 * @param limiters the tiers there are
	 * @param gate who decides
	 * @param callerResolvers who knows the caller, asked in order
	 * @param requestDecisions who knows what was decided for the HTTP request in
	 * progress, if anybody does
	 * @param findings where to report likely mistakes
	 */
	public RateLimitedBeanPostProcessor(ObjectProvider<TierRateLimiters> limiters, ObjectProvider<TierGate> gate,
			ObjectProvider<CallerResolver> callerResolvers, ObjectProvider<RequestDecisionsSource> requestDecisions,
			ObjectProvider<Findings> findings) {
		this.limiters = limiters;
		this.gate = gate;
		this.callerResolvers = callerResolvers;
		this.requestDecisions = requestDecisions;
		this.checks = new RateLimitedChecks(() -> findings.getIfAvailable(() -> new Findings(Check::severity)));
		this.classes = new RateLimitedClasses(this.checks::unreachable);
		setProxyTargetClass(true);
		setBeforeExistingAdvisors(true);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.expressionSupport.setBeanResolver(new BeanFactoryResolver(beanFactory));
		this.expressionSupport.setTypeLocator(new StandardTypeLocator(getProxyClassLoader()));
		this.advisor = new DefaultPointcutAdvisor(new LimitedMethods(this.classes),
				new RateLimitedInterceptor(this.classes, this::surroundings));
	}

	/**
	 * Return what calls meet around them, found when the first call comes. Where several
	 * come first, they find the same.
	 */
	private RateLimitedSurroundings surroundings() {
		RateLimitedSurroundings surroundings = this.surroundings;
		if (surroundings == null) {
			surroundings = new RateLimitedSurroundings(this.gate.getObject(),
					this.callerResolvers.orderedStream().toList(), this.requestDecisions.getIfAvailable(),
					this.expressionSupport, RateLimitedSurroundings.isWeb(getProxyClassLoader()));
			this.surroundings = surroundings;
		}
		return surroundings;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof AopInfrastructureBean) {
			return bean;
		}
		if (!this.started) {
			this.processedBeans.add(beanName);
		}
		if (bean instanceof Advised advised && isAdvised(advised)) {
			// Known under another name: limited again, it would be charged twice.
			return bean;
		}
		try {
			if (AopUtils.isCglibProxy(bean)) {
				requireOverridable(AopUtils.getTargetClass(bean));
			}
			return super.postProcessAfterInitialization(bean, beanName);
		}
		catch (InvalidRateLimitedException ex) {
			this.checks.unreachable(ex);
			return bean;
		}
	}

	/**
	 * Report the methods that a class proxy cannot intercept.
	 * @throws InvalidRateLimitedException if that must not be, or if it can intercept
	 * none, so that there is no use in it
	 */
	private void requireOverridable(Class<?> beanClass) {
		for (RateLimitedClass limited : this.classes.of(beanClass)) {
			List<InvalidRateLimitedException> notOverridable = limited.notOverridable();
			notOverridable.forEach(this.checks::unreachable);
			if (notOverridable.size() == limited.methods().size()) {
				throw notOverridable.get(0);
			}
		}
	}

	private boolean isAdvised(Advised advised) {
		Advisor advisor = this.advisor;
		return advisor != null && advised.indexOf(advisor) >= 0;
	}

	/**
	 * Asked of the class behind a proxy, which is then limited by one more advisor. The
	 * proxy's own class is asked where nothing is behind it, as with an HTTP client; its
	 * calls have no target to tell the class, and so a proxy is put around it instead.
	 */
	@Override
	protected boolean isEligible(Class<?> targetClass) {
		return !(Proxy.isProxyClass(targetClass) && SpringProxy.class.isAssignableFrom(targetClass))
				&& isLimited(targetClass);
	}

	@Override
	protected boolean isEligible(Object bean, String beanName) {
		return !beanName.equals(bean.getClass().getName() + AutowireCapableBeanFactory.ORIGINAL_INSTANCE_SUFFIX)
				&& isLimited(bean.getClass());
	}

	private boolean isLimited(Class<?> beanClass) {
		List<RateLimitedClass> limited = this.classes.of(beanClass);
		if (!limited.isEmpty() && this.started) {
			limited.stream().flatMap(RateLimitedClass::operations).forEach(this::requireTier);
		}
		return !limited.isEmpty();
	}

	@Override
	protected void customizeProxyFactory(ProxyFactory proxyFactory) {
		Class<?> targetClass = proxyFactory.getTargetClass();
		if (proxyFactory.isProxyTargetClass() && targetClass != null && !Proxy.isProxyClass(targetClass)
				&& !ClassUtils.isLambdaClass(targetClass)) {
			requireOverridable(targetClass);
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.beanFactory != null) {
			for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
				check(beanName, this.beanFactory);
			}
		}
		this.started = true;
		this.processedBeans.clear();
		this.classes.operations().forEach(this::requireTier);
		List<RateLimitedClass> limited = this.classes.all();
		if (!limited.isEmpty()) {
			this.checks.run(limited, this.limiters.getObject());
		}
	}

	/**
	 * Check a bean, whether it was made by now or will be later.
	 */
	private void check(String beanName, ConfigurableListableBeanFactory beanFactory) {
		try {
			Class<?> type = beanFactory.getType(beanName, false);
			if (type != null) {
				this.classes.of(type);
			}
		}
		catch (IllegalStateException | LinkageError ex) {
			// A class that cannot be looked at will never be a bean's.
			logger.debug("Class of bean '" + beanName + "' cannot be checked for @RateLimited", ex);
		}
		Object bean = (beanFactory.containsSingleton(beanName)) ? beanFactory.getSingleton(beanName) : null;
		if (bean != null && !(bean instanceof AopInfrastructureBean) && !this.processedBeans.contains(beanName)
				&& !this.classes.of(bean.getClass()).isEmpty()) {
			this.checks.early(beanName, bean.getClass());
		}
	}

	private void requireTier(RateLimitedOperation operation) {
		this.limiters.getObject().requireTier(operation.tier(), operation.annotated().place());
	}

	/**
	 * The methods that are limited.
	 */
	private static final class LimitedMethods extends StaticMethodMatcherPointcut {

		private final RateLimitedClasses classes;

		LimitedMethods(RateLimitedClasses classes) {
			this.classes = classes;
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return this.classes.find(method, targetClass) != null;
		}

	}

}

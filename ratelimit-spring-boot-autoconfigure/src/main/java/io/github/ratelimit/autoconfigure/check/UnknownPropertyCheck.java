package io.github.ratelimit.autoconfigure.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Looks for properties below {@code ratelimit}, or a word much like it, that nobody
 * reads, which are likely misspelt. What they are set to is not told.
 * <p>
 * Others may own a variable of the environment that begins alike: Kubernetes sets
 * {@code RATELIMIT_SERVICE_HOST} for a service of that name. Of variables, only those
 * that are almost the name of a property are told.
 */
final class UnknownPropertyCheck implements StartupCheck {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("ratelimit");

	private static final int NEAR = 3;

	private static final int VERY_NEAR = 2;

	private final ConfigurableEnvironment environment;

	private final ListableBeanFactory beanFactory;

	UnknownPropertyCheck(ConfigurableEnvironment environment, ListableBeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void run(Findings findings) {
		List<ConfigurationPropertyName> prefixes = new ArrayList<>();
		PropertyTree known = known(prefixes);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables
					&& variables.getName().contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
				checkVariables(variables, known, findings);
			}
			else if (source instanceof IterableConfigurationPropertySource properties) {
				properties.stream()
					.filter(PREFIX::isAncestorOf)
					.forEach((name) -> checkProperty(name, properties, known, findings));
				properties.stream()
					.filter((name) -> isAlmostOurs(name)
							&& prefixes.stream().noneMatch((prefix) -> covers(prefix, name)))
					.forEach((name) -> checkPrefix(name, properties, known, findings));
			}
		}
	}

	/**
	 * Return whether a name begins with a word that may be meant for our prefix, such as
	 * {@code ratelimiter}.
	 */
	private static boolean isAlmostOurs(ConfigurationPropertyName name) {
		return name.getNumberOfElements() > 1 && !PREFIX.isAncestorOf(name)
				&& EditDistance.between(name.getElement(0, Form.UNIFORM), PREFIX.toString()) <= VERY_NEAR;
	}

	private static boolean covers(ConfigurationPropertyName prefix, ConfigurationPropertyName name) {
		return prefix.equals(name) || prefix.isAncestorOf(name);
	}

	/**
	 * Find the names that there are.
	 * @param prefixes takes what others begin with
	 */
	private PropertyTree known(List<ConfigurationPropertyName> prefixes) {
		PropertyTree known = new PropertyTree();
		for (String beanName : this.beanFactory.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			ConfigurationProperties annotation = this.beanFactory.findAnnotationOnBean(beanName,
					ConfigurationProperties.class, false);
			Class<?> type = this.beanFactory.getType(beanName, false);
			if (annotation != null && type != null && ConfigurationPropertyName.isValid(annotation.prefix())) {
				ConfigurationPropertyName prefix = ConfigurationPropertyName.of(annotation.prefix());
				if (prefix.equals(PREFIX) || PREFIX.isAncestorOf(prefix)) {
					known.add(prefix, type);
				}
				else if (!prefix.isEmpty()) {
					prefixes.add(prefix);
				}
			}
		}
		return known;
	}

	private void checkProperty(ConfigurationPropertyName name, ConfigurationPropertySource source, PropertyTree known,
			Findings findings) {
		int unknown = known.unknown(name);
		if (unknown == name.getNumberOfElements()) {
			return;
		}
		String element = name.getElement(unknown, Form.DASHED);
		String nearest = EditDistance.nearest(element, known.siblings(name, unknown),
				Math.min(NEAR, element.length() / 2));
		String meant = (nearest != null) ? name.chop(unknown).append(nearest).toString() : null;
		report(described(name, source), meant, findings);
	}

	/**
	 * Check a property that is not below our prefix: it is told only if all but that is
	 * right, because others may have properties alike.
	 */
	private static void checkPrefix(ConfigurationPropertyName name, ConfigurationPropertySource source,
			PropertyTree known, Findings findings) {
		ConfigurationPropertyName meant = PREFIX.append(name.subName(1));
		if (known.unknown(meant) == meant.getNumberOfElements()) {
			findings.report(Check.UNKNOWN_PROPERTY,
					"%s is not read by the limiter. Did you mean '%s'?".formatted(described(name, source), meant));
		}
	}

	private static String described(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return "Property '" + name + "'"
				+ ((property != null && property.getOrigin() != null) ? " (" + property.getOrigin() + ")" : "");
	}

	private void checkVariables(SystemEnvironmentPropertySource variables, PropertyTree known, Findings findings) {
		for (String variable : variables.getPropertyNames()) {
			String flat = variable.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
			if (flat.startsWith(PREFIX.toString()) && !known.mayMean(flat)) {
				String nearest = EditDistance.nearest(flat, known.names().map(UnknownPropertyCheck::flat), VERY_NEAR);
				if (nearest != null) {
					String meant = known.names().filter((name) -> flat(name).equals(nearest)).findFirst().orElseThrow();
					report("Environment variable '" + variable + "'", meant, findings);
				}
			}
		}
	}

	private static String flat(String name) {
		return name.replaceAll("[.-]", "");
	}

	private static void report(String what, @Nullable String meant, Findings findings) {
		findings.report(Check.UNKNOWN_PROPERTY, what + " is not read by anybody."
				+ ((meant != null) ? " Did you mean '" + Objects.requireNonNull(meant) + "'?" : ""));
	}

}

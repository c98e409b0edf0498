package io.github.ratelimit.autoconfigure;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Severity;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the checks.
 */
@ConfigurationProperties("ratelimit")
public class CheckProperties {

	/**
	 * What comes of a likely mistake, by the code of its check, such as 'rl005'.
	 */
	private final Map<String, Severity> checks = new LinkedHashMap<>();

	public Map<String, Severity> getChecks() {
		return this.checks;
	}

	Map<Check, Severity> severities() {
		Map<Check, Severity> severities = Stream.of(Check.values())
			.collect(Collectors.toMap((check) -> check, Check::severity, (first, second) -> first,
					() -> new EnumMap<>(Check.class)));
		this.checks.forEach((code, severity) -> severities.put(check(code, severity), severity));
		return severities;
	}

	private static Check check(String code, Severity severity) {
		return Stream.of(Check.values())
			.filter((check) -> check.code().equalsIgnoreCase(code))
			.findFirst()
			.orElseThrow(() -> new InvalidRateLimitConfigurationException("ratelimit.checks." + code,
					severity.name().toLowerCase(Locale.ROOT), "there is no check with the code '" + code + "'",
					"Choose from %s."
						.formatted(Stream.of(Check.values()).map(Check::code).collect(Collectors.joining(", ")))));
	}

}

package io.github.ratelimit.tier;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules that hold now: those kept elsewhere, as they were read last, over those of
 * the configuration. Safe for use by many threads; a request sees one set or the other.
 */
public final class Rules {

	private final RuleSet configured;

	private final InstantSource clock;

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private volatile RuleSet current;

	private volatile RulesStatus status = RulesStatus.CONFIGURED;

	/**
	 * Create rules.
	 * @param configured those of the configuration
	 * @param clock tells which of them are valid
	 */
	public Rules(RuleSet configured, InstantSource clock) {
		this.configured = Objects.requireNonNull(configured, "configured must not be null");
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
		this.current = configured;
		this.names.addAll(configured.endpoints());
	}

	/**
	 * Return no rules, that stay none until {@linkplain #replace(RuleSet) replaced}.
	 * @return the rules
	 */
	public static Rules none() {
		return new Rules(RuleSet.EMPTY, InstantSource.system());
	}

	/**
	 * Use other rules from now on, over those of the configuration.
	 * @param stored the rules
	 */
	public void replace(RuleSet stored) {
		this.names.addAll(stored.endpoints());
		this.current = stored.over(this.configured);
	}

	/**
	 * Say where the rules come from.
	 * @param status the status
	 */
	public void report(RulesStatus status) {
		this.status = Objects.requireNonNull(status, "status must not be null");
	}

	/**
	 * Return where the rules come from.
	 * @return the status
	 */
	public RulesStatus status() {
		return this.status;
	}

	/**
	 * Return the rules that hold now.
	 * @return the rules, those of the configuration included
	 */
	public RuleSet current() {
		return this.current;
	}

	/**
	 * Return whether a name is, or may be, that of something that rules limit. A rule
	 * that has gone takes its name from nobody, nor does one that cannot be read now.
	 */
	boolean mayLimit(String name) {
		RulesStatus status = this.status;
		return this.names.contains(name) || status.failingSince() != null || status.source() == RulesStatus.Source.COPY
				|| !status.skipped().isEmpty();
	}

	/**
	 * Return the rules that hold now, to look up several by.
	 */
	RulesAtOnce atOnce() {
		RuleSet rules = this.current;
		return (rules.isEmpty()) ? RulesAtOnce.NONE : new RulesAtOnce(rules, this.clock.instant());
	}

	/**
	 * Return the rules of the configuration.
	 * @return the rules
	 */
	public RuleSet configured() {
		return this.configured;
	}

	/**
	 * Return the time by which rules are valid.
	 * @return the time
	 */
	public Instant now() {
		return this.clock.instant();
	}

}

package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.RulesStatus.Source;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import io.github.ratelimit.tier.json.RulesCopy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The rules that hold by what was read last: from where they are kept, else from a copy,
 * else those of the configuration. Tells when that changes, and not how often.
 */
final class FollowedRules {

	private static final Log logger = LogFactory.getLog(FollowedRules.class);

	// An address may hold a password
	private static final Pattern SECRET = Pattern.compile("jdbc:\\S+|(?i:password)=\\S+");

	private static final Duration PROLONG_INTERVAL = Duration.ofMinutes(1);

	/**
	 * Reason where no other is known yet.
	 */
	static final String NO_ANSWER = "it does not answer";

	private static final int MAX_REASON = 200;

	private static final int MAX_CAUSES = 50;

	private final Rules rules;

	private final RuleJson json;

	private final RuleExchange exchange;

	private Instant prolongAt = Instant.MIN;

	private Source source = Source.CONFIGURATION;

	private @Nullable Instant readAt;

	private @Nullable Instant failingSince;

	private @Nullable String error;

	private boolean causeTold;

	private List<SkippedRule> skipped = List.of();

	private List<Rule> stored = List.of();

	private boolean copyMissing;

	FollowedRules(Rules rules, RuleJson json, RuleExchange exchange) {
		this.rules = Objects.requireNonNull(rules, "rules must not be null");
		this.json = Objects.requireNonNull(json, "json must not be null");
		this.exchange = Objects.requireNonNull(exchange, "exchange must not be null");
	}

	/**
	 * Use what was read from the database.
	 */
	synchronized void read(LoadedRules loaded) {
		Instant now = now();
		use(rules(loaded));
		this.copyMissing = true;
		if (!loaded.skipped().isEmpty() && !loaded.skipped().equals(this.skipped)) {
			logger.warn("%d of %d rules that are kept cannot be used, for reasons that the endpoint 'ratelimiter' tells"
				.formatted(loaded.skipped().size(), loaded.skipped().size() + loaded.rules().size()));
		}
		if (this.source != Source.REPOSITORY && this.failingSince == null) {
			logger.info("Rules are read from where they are kept: " + loaded.rules().size());
		}
		this.source = Source.REPOSITORY;
		this.readAt = now;
		this.skipped = loaded.skipped();
		recover(now);
		report();
	}

	/**
	 * Return whether nothing but this was read last, or written since.
	 */
	synchronized boolean holds(LoadedRules loaded) {
		return this.source == Source.REPOSITORY && this.stored.equals(rules(loaded))
				&& this.skipped.equals(loaded.skipped());
	}

	private static List<Rule> rules(LoadedRules loaded) {
		return loaded.rules().stream().map(StoredRule::rule).toList();
	}

	private void use(List<Rule> changed) {
		this.rules.replace(RuleSet.of(changed));
		this.stored = changed;
	}

	/**
	 * Use a rule that was written to the database, until all are read again.
	 */
	synchronized void saved(Rule rule) {
		change(rule.target(), rule.validFrom(), Stream.of(rule));
	}

	/**
	 * Use a rule that was removed from the database no more.
	 */
	synchronized void deleted(RuleTarget target, @Nullable Instant validFrom) {
		change(target, validFrom, Stream.empty());
	}

	private void change(RuleTarget target, @Nullable Instant validFrom, Stream<Rule> successor) {
		Stream<Rule> others = this.stored.stream()
			.filter((rule) -> !rule.target().equals(target)
					|| !Objects.equals(micros(rule.validFrom()), micros(validFrom)));
		use(Stream.concat(others, successor).toList());
		// What others have read says more than what was only written
		this.copyMissing = this.source == Source.REPOSITORY;
	}

	// Databases keep no more of a time
	private static @Nullable Instant micros(@Nullable Instant time) {
		return (time != null) ? time.truncatedTo(ChronoUnit.MICROS) : null;
	}

	/**
	 * Leave a copy of the rules, if they have changed since the last one.
	 */
	synchronized void keepCopy() {
		if (!this.copyMissing) {
			return;
		}
		try {
			this.exchange
				.keep(new RulesCopy((this.readAt != null) ? this.readAt : now(), this.stored).write(this.json));
			this.copyMissing = false;
		}
		catch (RuntimeException ex) {
			logger.debug("A copy of the rules cannot be left", ex);
		}
	}

	/**
	 * Note that the database has nothing new.
	 */
	synchronized void confirmed() {
		this.readAt = now();
		recover(this.readAt);
		prolong();
		report();
	}

	private void recover(Instant now) {
		if (this.failingSince != null) {
			logger.info("Rules are read from where they are kept again, after %d s"
				.formatted(Duration.between(this.failingSince, now).toSeconds()));
			this.failingSince = null;
			this.error = null;
			this.causeTold = false;
		}
	}

	/**
	 * Go on with what there is.
	 */
	synchronized void failed(String reason) {
		boolean first = this.failingSince == null;
		boolean found = this.source == Source.CONFIGURATION && useCopy();
		boolean cause = NO_ANSWER.equals(this.error) && !NO_ANSWER.equals(reason) && !this.causeTold;
		this.error = reason;
		if (first) {
			this.failingSince = now();
			logger.warn("Rules cannot be read from where they are kept: %s. Until they can, %s hold".formatted(reason,
					held()));
		}
		else if (cause) {
			this.causeTold = true;
			logger.warn("Rules cannot be read from where they are kept, because: " + reason);
		}
		else if (found) {
			logger.info("While rules cannot be read from where they are kept, " + held() + " hold");
		}
		prolong();
		report();
	}

	/**
	 * Keep the copy from ending, and have it again where it is lost.
	 */
	private void prolong() {
		if (this.source != Source.CONFIGURATION && !this.prolongAt.isAfter(now())) {
			this.exchange.prolong();
			this.prolongAt = now().plus(PROLONG_INTERVAL);
		}
	}

	private boolean useCopy() {
		String text = this.exchange.find();
		if (text == null) {
			return false;
		}
		try {
			RulesCopy copy = RulesCopy.read(text, this.json);
			use(copy.rules());
			this.source = Source.COPY;
			this.readAt = copy.readAt();
			return true;
		}
		catch (InvalidRuleException ex) {
			logger.debug("The copy of the rules cannot be used", ex);
			return false;
		}
	}

	private String held() {
		return switch (this.source) {
			case CONFIGURATION -> "those of the configuration";
			case REPOSITORY -> "those read at " + this.readAt;
			case COPY -> "those that another instance read at " + this.readAt;
		};
	}

	private void report() {
		this.rules.report(new RulesStatus(this.source, this.readAt, this.failingSince, this.error, this.skipped));
	}

	private Instant now() {
		return this.rules.now().truncatedTo(ChronoUnit.MILLIS);
	}

	/**
	 * Return why something failed, in a line without secrets.
	 */
	static String reason(Throwable error) {
		Throwable root = error;
		for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
			root = root.getCause();
		}
		String message = Objects.requireNonNullElse(root.getMessage(), "").lines().findFirst().orElse("");
		String line = root.getClass().getSimpleName() + ((message.isEmpty()) ? "" : ": " + message);
		String shown = SECRET.matcher(line).replaceAll("...");
		return (shown.length() <= MAX_REASON) ? shown : shown.substring(0, MAX_REASON) + "...";
	}

}

package io.github.ratelimit.tier;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Where a rule stands among all, in an order that other rules do not change: by client,
 * plan and endpoint, and when it holds.
 *
 * @param client client that it is for, empty if for none
 * @param plan plan that it is for, empty if for none
 * @param endpoint endpoint that it is for, empty if for none
 * @param validFrom when it begins to hold, {@code null} if it always did
 * @param validTo when it ends to hold, {@code null} if it never does
 */
public record RulePosition(String client, String plan, String endpoint, @Nullable Instant validFrom,
		@Nullable Instant validTo) implements Comparable<RulePosition> {

	private static final Comparator<Instant> TIME = Comparator.nullsFirst(Comparator.<Instant>naturalOrder());

	private static final Comparator<RulePosition> ORDER = Comparator.comparing(RulePosition::client)
		.thenComparing(RulePosition::plan)
		.thenComparing(RulePosition::endpoint)
		.thenComparing(RulePosition::validFrom, TIME)
		.thenComparing(RulePosition::validTo, TIME);

	// In no name
	private static final String SEPARATOR = "\n";

	private static final int PARTS = 5;

	/**
	 * Return where a rule stands.
	 * @param rule the rule
	 * @return its position
	 */
	public static RulePosition of(Rule rule) {
		RuleTarget target = rule.target();
		return new RulePosition(text(target.client()), text(target.plan()), text(target.endpoint()), rule.validFrom(),
				rule.validTo());
	}

	/**
	 * Return what no rule of a client stands before.
	 * @param client the client
	 * @return its first position
	 */
	static RulePosition first(String client) {
		return new RulePosition(client, "", "", null, null);
	}

	/**
	 * Read a position.
	 * @param text what {@link #toText()} has written
	 * @return the position
	 * @throws IllegalArgumentException if it is none
	 */
	public static RulePosition parse(String text) {
		String[] parts = text.split(SEPARATOR, -1);
		if (parts.length != PARTS) {
			throw new IllegalArgumentException("no position of a rule");
		}
		try {
			return new RulePosition(parts[0], parts[1], parts[2], time(parts[3]), time(parts[4]));
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("no position of a rule", ex);
		}
	}

	/**
	 * Write the position.
	 * @return the text, of several lines
	 */
	public String toText() {
		return String.join(SEPARATOR, this.client, this.plan, this.endpoint, text(this.validFrom), text(this.validTo));
	}

	private static String text(@Nullable Object value) {
		return (value != null) ? value.toString() : "";
	}

	private static @Nullable Instant time(String text) {
		return (text.isEmpty()) ? null : Instant.parse(text);
	}

	@Override
	public int compareTo(RulePosition other) {
		return ORDER.compare(this, other);
	}

}

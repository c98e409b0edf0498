package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The rules of one moment, found by whom they are for. Immutable.
 */
public final class RuleSet {

	/**
	 * No rules.
	 */
	public static final RuleSet EMPTY = new RuleSet(Map.of());

	// Of those that hold at one time the one that began last counts
	private static final Comparator<Rule> LATEST_FIRST = Comparator
		.comparing(Rule::validFrom, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
		.reversed();

	private final Map<Place, List<Rule>> rules;

	private final Set<String> endpoints;

	private final Set<String> clients;

	private final boolean plans;

	private volatile @Nullable NavigableMap<RulePosition, Rule> ordered;

	private RuleSet(Map<Place, List<Rule>> rules) {
		this.rules = Map.copyOf(rules);
		this.endpoints = names(rules, Place::endpoint);
		this.clients = names(rules, Place::client);
		this.plans = rules.keySet().stream().anyMatch((place) -> place.plan() != null);
	}

	private static Set<String> names(Map<Place, List<Rule>> rules, Function<Place, @Nullable String> name) {
		return rules.keySet().stream().map(name).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return a set of rules.
	 * @param rules the rules
	 * @return the set
	 * @throws InvalidRuleException if two are for the same target and begin at the same
	 * time
	 */
	public static RuleSet of(Collection<Rule> rules) {
		Set<List<@Nullable Object>> seen = new HashSet<>();
		Map<Place, List<Rule>> byPlace = new LinkedHashMap<>();
		for (Rule rule : rules) {
			List<@Nullable Object> identity = new ArrayList<>();
			identity.add(rule.target());
			identity.add(rule.validFrom());
			if (!seen.add(identity)) {
				throw new InvalidRuleException("valid_from",
						"another rule for " + rule.target() + " begins at the same time");
			}
			byPlace.computeIfAbsent(Place.of(rule), (place) -> new ArrayList<>(1)).add(rule);
		}
		byPlace.replaceAll((place, same) -> same.stream().sorted(LATEST_FIRST).toList());
		return (byPlace.isEmpty()) ? EMPTY : new RuleSet(byPlace);
	}

	/**
	 * Return these rules, and others where none of these holds for the same target.
	 * @param beneath the others
	 * @return all rules
	 */
	public RuleSet over(RuleSet beneath) {
		Map<Place, List<Rule>> all = new LinkedHashMap<>(this.rules);
		beneath.rules.forEach(
				(place, rules) -> all.merge(place, rules, (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
		return new RuleSet(all);
	}

	/**
	 * Return all rules.
	 * @return the rules, in no particular order
	 */
	public List<Rule> all() {
		return this.rules.values().stream().flatMap(List::stream).toList();
	}

	/**
	 * Return all rules in order. Of two for the same target and times only the first is
	 * there, because the other never holds.
	 * @return the rules, by where they stand
	 */
	public NavigableMap<RulePosition, Rule> ordered() {
		NavigableMap<RulePosition, Rule> ordered = this.ordered;
		return (ordered != null) ? ordered : order();
	}

	// At most once, and not before somebody asks
	private synchronized NavigableMap<RulePosition, Rule> order() {
		NavigableMap<RulePosition, Rule> ordered = this.ordered;
		if (ordered == null) {
			NavigableMap<RulePosition, Rule> all = new TreeMap<>();
			this.rules.values().forEach((same) -> same.forEach((rule) -> all.putIfAbsent(RulePosition.of(rule), rule)));
			ordered = Collections.unmodifiableNavigableMap(all);
			this.ordered = ordered;
		}
		return ordered;
	}

	/**
	 * Return the rules that are for exactly a target, at whatever time.
	 * @param target the target
	 * @return the rules, of those that are kept together the one that begins last first
	 */
	public List<Rule> forTarget(RuleTarget target) {
		return this.rules.getOrDefault(new Place(target.client(), target.endpoint(), target.plan()), List.of());
	}

	/**
	 * Return the rules of a client's own, at whatever time and for whatever endpoint.
	 * @param client the client
	 * @return the rules, in order
	 */
	public List<Rule> forClient(String client) {
		List<Rule> own = new ArrayList<>();
		// No stream, which would count all that follow
		for (Rule rule : ordered().tailMap(RulePosition.first(client), true).values()) {
			if (!client.equals(rule.target().client())) {
				break;
			}
			own.add(rule);
		}
		return own;
	}

	/**
	 * Return the endpoints that rules name, tiers among them.
	 * @return the names
	 */
	public Set<String> endpoints() {
		return this.endpoints;
	}

	/**
	 * Return the clients that have a rule of their own.
	 * @return their keys
	 */
	public Set<String> clients() {
		return this.clients;
	}

	/**
	 * Return whether a rule is for a plan.
	 * @return {@code true} if one is
	 */
	public boolean hasPlans() {
		return this.plans;
	}

	/**
	 * Return whether there is no rule.
	 * @return {@code true} if there is none
	 */
	public boolean isEmpty() {
		return this.rules.isEmpty();
	}

	/**
	 * Return the rule that is for exactly this, at a time.
	 */
	@Nullable Rule find(@Nullable String client, @Nullable String endpoint, @Nullable String plan, Instant time) {
		for (Rule rule : this.rules.getOrDefault(new Place(client, endpoint, plan), List.of())) {
			if (rule.isValidAt(time)) {
				return rule;
			}
		}
		return null;
	}

	/**
	 * What a rule may be for, of any text a caller brings.
	 */
	private record Place(@Nullable String client, @Nullable String endpoint, @Nullable String plan) {

		static Place of(Rule rule) {
			return new Place(rule.target().client(), rule.target().endpoint(), rule.target().plan());
		}

	}

}

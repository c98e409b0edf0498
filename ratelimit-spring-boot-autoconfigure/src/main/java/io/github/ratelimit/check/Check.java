package io.github.ratelimit.check;

/**
 * What is looked for. The code of each is stable: it stands in the log, in the endpoint,
 * in the documentation, and in the configuration where its severity is set.
 */
public enum Check {

	/**
	 * Requests bring forwarding headers, and no proxy is trusted to set them: callers
	 * behind one proxy share a count. Found while requests come in.
	 */
	UNTRUSTED_FORWARDING("RL001", Severity.WARN, "Forwarding headers arrive, but no proxy is trusted",
			"Set 'ratelimit.client-address.trusted-proxies' to the addresses of your proxies."),

	/**
	 * Addresses of everybody are trusted as proxies: callers say themselves who they are.
	 */
	EVERYBODY_TRUSTED("RL002", Severity.ERROR, "Addresses of everybody are trusted as proxies",
			"Set 'ratelimit.client-address.trusted-proxies' to the networks of your proxies alone."),

	/**
	 * Addresses of one IPv6 network have counts of their own, and a caller has 2^64 of
	 * them.
	 */
	WHOLE_IPV6_ADDRESSES("RL003", Severity.WARN, "IPv6 addresses are not grouped",
			"Set 'ratelimit.client-address.ipv6-prefix' to 64 or less, the least that one caller is given."),

	/**
	 * Each instance counts by itself, and there likely are several.
	 */
	INSTANCES_COUNT_APART("RL004", Severity.WARN, "Several instances are likely, and each counts by itself",
			"Name a Redis that all instances use, with 'ratelimit.redis.url'."),

	/**
	 * A tier of the configuration that nothing has named yet.
	 */
	UNUSED_TIER("RL005", Severity.INFO, "Nothing names a tier",
			"Name it in a route or with @RateLimited, ask the RateLimiterRegistry for it, or remove it."),

	/**
	 * An annotation has no effect on a method, because no proxy can intercept its calls.
	 */
	UNREACHABLE_METHOD("RL006", Severity.ERROR, "An annotated method cannot be limited",
			"Make it an overridable method of a class that is neither final nor sealed."),

	/**
	 * A bean is not limited, because it was made before that could be seen to.
	 */
	EARLY_BEAN("RL007", Severity.WARN, "An annotated bean was made too early to be limited",
			"Have no post-processor depend on it, and leave it to the container to make."),

	/**
	 * A limited method is called by its own class: no proxy sees the call.
	 */
	SELF_CALL("RL008", Severity.WARN, "A limited method is called by its own class, which is not limited",
			"Move the method to another bean, or annotate the one that others call."),

	/**
	 * A route never gets a request.
	 */
	UNREACHABLE_ROUTE("RL009", Severity.WARN, "A route never matches",
			"Put it before the other or remove it, and write paths as they are within the application."),

	/**
	 * Something is charged to two tiers that count the same callers.
	 */
	CHARGED_TWICE("RL010", Severity.INFO, "Two tiers with the same key are charged at once",
			"Where it is not meant, name one tier; two limits of one purpose can be the 'limits' of one tier."),

	/**
	 * Counts are likely forgotten before their window is over.
	 */
	FORGOTTEN_WINDOW("RL011", Severity.WARN, "Counts of a long window may be forgotten before it is over",
			"Count them in a Redis that evicts nothing ('maxmemory-policy noeviction')."),

	/**
	 * Passwords can be guessed without limit while Redis is away.
	 */
	OPEN_LOGIN("RL012", Severity.WARN, "Logins are not limited while Redis is away",
			"Set 'failure-mode' of the tier to 'local' or 'closed'."),

	/**
	 * A property below {@code ratelimit} is not known.
	 */
	UNKNOWN_PROPERTY("RL013", Severity.WARN, "Nobody reads a property", "Correct its name, or remove it."),

	/**
	 * Keys are made of secrets, and each instance hashes them its own way or without a
	 * secret.
	 */
	UNKEYED_HASHES("RL014", Severity.INFO, "Keys made of secrets are hashed without a secret of yours",
			"Set 'ratelimit.keys.secret' to the same long random text on all instances."),

	/**
	 * A caller can have any number of keys, because it invents them.
	 */
	INVENTED_KEYS("RL015", Severity.INFO, "A tier is keyed by something that a caller can invent",
			"Name a tier that is keyed by address as the 'gate' of this one."),

	/**
	 * A route is decided when nobody is authenticated yet, and asks who is.
	 */
	EARLY_ROUTE("RL016", Severity.WARN, "A route before authentication asks who is authenticated",
			"Set 'before-authentication' of the route to false, or key its tier by what a request tells."),

	/**
	 * Proxies are trusted, and callers choose which of two headers is read.
	 */
	UNNAMED_FORWARDING("RL017", Severity.WARN, "Proxies are trusted, but not said which header they set",
			"Set 'ratelimit.client-address.header' to the one that your proxies set."),

	/**
	 * Who changes from one plan to another has a fresh count.
	 */
	PLANS_COUNT_APART("RL018", Severity.WARN, "Plans of a tier have no count in common",
			"Give the limits of both plans the same name and algorithm, or the tier a limit that both have."),

	/**
	 * The service is on, and no caller has a credential that it knows.
	 */
	SERVICE_FOR_NOBODY("RL019", Severity.WARN, "The service answers nobody",
			"Set 'ratelimit.service.api-key', or add Spring Security."),

	/**
	 * A platform that asks whether the instance is alive may be refused, and restarts it.
	 */
	LIMITED_HEALTH("RL020", Severity.WARN, "A route limits the health endpoint",
			"Put a route of the tier 'none' with that path before it."),

	/**
	 * A rule puts callers on a plan for which no limit is set.
	 */
	UNKNOWN_PLAN("RL021", Severity.WARN, "No tier has the plan of a rule",
			"Correct the name, or set limits for the plan in a tier.");

	private final String code;

	private final Severity severity;

	private final String title;

	private final String remedy;

	Check(String code, Severity severity, String title, String remedy) {
		this.code = code;
		this.severity = severity;
		this.title = title;
		this.remedy = remedy;
	}

	/**
	 * Return the code.
	 * @return the code, such as {@code RL001}
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Return the severity that holds unless set.
	 * @return the severity
	 */
	public Severity severity() {
		return this.severity;
	}

	/**
	 * Return what is likely wrong.
	 * @return a clause
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String remedy() {
		return this.remedy;
	}

}

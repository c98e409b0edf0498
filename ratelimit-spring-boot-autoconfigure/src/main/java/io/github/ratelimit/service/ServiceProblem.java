package io.github.ratelimit.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.web.http.RateLimitProblem;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a request is not answered: a problem document (RFC 9457). Of what callers send, it
 * repeats names of fields only.
 *
 * @param type what kind of problem this is, an address
 * @param title the kind in words
 * @param status status code of the response
 * @param detail what is wrong
 * @param members what else it tells: texts and numbers by name
 * @param headers header fields of the response
 */
record ServiceProblem(String type, String title, int status, String detail, Map<String, Object> members,
		Map<String, String> headers) {

	private static final String FIELD = "field";

	private static final int BAD_REQUEST = 400;

	private static final int UNAUTHORIZED = 401;

	private static final int FORBIDDEN = 403;

	private static final int NOT_FOUND = 404;

	private static final int METHOD_NOT_ALLOWED = 405;

	private static final int NOT_ACCEPTABLE = 406;

	private static final int CONFLICT = 409;

	private static final int TOO_LARGE = 413;

	private static final int UNSUPPORTED_TYPE = 415;

	private static final int ERROR = 500;

	private static final int NOT_IMPLEMENTED = 501;

	private static final int UNAVAILABLE = 503;

	private static final int MAX_FIELD_LENGTH = 100;

	ServiceProblem {
		members = new LinkedHashMap<>(members);
		headers = Map.copyOf(headers);
	}

	private static ServiceProblem of(int status, String title, String detail) {
		return new ServiceProblem("about:blank", title, status, detail, Map.of(), Map.of());
	}

	private ServiceProblem with(String member, Object value) {
		Map<String, Object> all = new LinkedHashMap<>(this.members);
		all.put(member, value);
		return new ServiceProblem(this.type, this.title, this.status, this.detail, all, this.headers);
	}

	private ServiceProblem withHeader(String name, String value) {
		return new ServiceProblem(this.type, this.title, this.status, this.detail, this.members, Map.of(name, value));
	}

	static ServiceProblem badRequest(String field, String reason) {
		String name = printable(field);
		return of(BAD_REQUEST, "Bad Request", "'" + name + "': " + reason + ".").with(FIELD, name);
	}

	/**
	 * Return the name of a field as it can be told, whatever a caller has called it.
	 */
	private static String printable(String field) {
		StringBuilder name = new StringBuilder();
		field.chars()
			.limit(MAX_FIELD_LENGTH)
			.forEach((character) -> name.append((character > ' ' && character < 0x7f) ? (char) character : '?'));
		return (field.length() > MAX_FIELD_LENGTH) ? name.append("...").toString() : name.toString();
	}

	static ServiceProblem unauthorized() {
		return of(UNAUTHORIZED, "Unauthorized",
				"A credential is needed: an API key in the header field X-API-Key or as a bearer token, or one that "
						+ "the application knows.")
			.withHeader("WWW-Authenticate", "Bearer realm=\"rate limits\"");
	}

	static ServiceProblem forbidden(Access needed) {
		return of(FORBIDDEN, "Forbidden", "The credential is not good for "
				+ ((needed == Access.ADMIN) ? "the administration of rules." : "checks."));
	}

	static ServiceProblem notFound(String detail) {
		return of(NOT_FOUND, "Not Found", detail);
	}

	static ServiceProblem methodNotAllowed(Iterable<String> allowed) {
		TreeSet<String> methods = new TreeSet<>();
		allowed.forEach(methods::add);
		String names = String.join(", ", methods);
		return of(METHOD_NOT_ALLOWED, "Method Not Allowed", "This is for " + names + ".").withHeader("Allow", names);
	}

	static ServiceProblem notAcceptable(String type) {
		return of(NOT_ACCEPTABLE, "Not Acceptable", "The answer is " + type + ", which 'Accept' does not name.");
	}

	static ServiceProblem conflict(String detail, long currentVersion) {
		return of(CONFLICT, "Conflict", detail).with("current_version", currentVersion);
	}

	static ServiceProblem tooLarge(long maxBytes) {
		return of(TOO_LARGE, "Content Too Large", "The body must not have more than " + maxBytes + " bytes.");
	}

	static ServiceProblem unsupportedType() {
		return of(UNSUPPORTED_TYPE, "Unsupported Media Type", "The body must be JSON, of the type application/json.")
			.withHeader("Accept", "application/json");
	}

	static ServiceProblem unsupportedEncoding() {
		return of(UNSUPPORTED_TYPE, "Unsupported Media Type", "The body must not be compressed or encoded otherwise.")
			.withHeader("Accept-Encoding", "identity");
	}

	static ServiceProblem error() {
		return of(ERROR, "Internal Server Error", "The request failed; the log of the service says why.");
	}

	static ServiceProblem notImplemented(String detail) {
		return of(NOT_IMPLEMENTED, "Not Implemented", detail);
	}

	static ServiceProblem unavailable(String detail) {
		return of(UNAVAILABLE, "Service Unavailable", detail).withHeader("Retry-After", "1");
	}

	/**
	 * Return the problem that the store cannot decide and must not be done without.
	 */
	static ServiceProblem undecided() {
		RateLimitProblem problem = RateLimitProblem.of(RateLimitDecision.unavailable());
		return new ServiceProblem(problem.type(), problem.title(), problem.status(), problem.detail(), Map.of(),
				Map.of("Retry-After", String.valueOf(problem.retryAfter())));
	}

	ServiceAnswer toAnswer() {
		ObjectNode body = ServiceJson.object();
		body.put("type", this.type).put("title", this.title).put("status", this.status).put("detail", this.detail);
		this.members.forEach(body::putPOJO);
		ServiceAnswer answer = ServiceAnswer.json(this.status, body).withType(RateLimitProblem.MEDIA_TYPE);
		for (Map.Entry<String, String> header : this.headers.entrySet()) {
			answer = answer.withHeader(header.getKey(), header.getValue());
		}
		return answer;
	}

}

package io.github.ratelimit.service;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.http.HttpMethod;

/**
 * A path of the service, with what answers each method.
 *
 * @param pattern the path without what stands before all of them, a pattern
 * @param access what all its methods need
 * @param type media type of its answers
 * @param handlers who answers, by method
 */
record ServicePath(String pattern, Access access, String type, Map<HttpMethod, ServiceHandler> handlers) {

	ServicePath {
		handlers = new LinkedHashMap<>(handlers);
	}

	static ServicePath of(String pattern, Access access) {
		return new ServicePath(pattern, access, ServiceAnswer.JSON, Map.of());
	}

	ServicePath get(ServiceHandler handler) {
		return with(HttpMethod.GET, handler);
	}

	ServicePath with(HttpMethod method, ServiceHandler handler) {
		Map<HttpMethod, ServiceHandler> all = new LinkedHashMap<>(this.handlers);
		all.put(method, handler);
		return new ServicePath(this.pattern, this.access, this.type, all);
	}

	/**
	 * Return this path with answers of another type, empty if they say it themselves.
	 */
	ServicePath withType(String type) {
		return new ServicePath(this.pattern, this.access, type, this.handlers);
	}

}

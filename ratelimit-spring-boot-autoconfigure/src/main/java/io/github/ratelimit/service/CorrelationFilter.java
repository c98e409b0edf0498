package io.github.ratelimit.service;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import io.micrometer.common.KeyValue;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.MDC;

import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Gives each request an id by which it is found again: in the answer, in the log and on
 * the span. One that the caller has sent is kept if nothing in it could break a line.
 */
public final class CorrelationFilter extends OncePerRequestFilter {

	/**
	 * Header field that has the id.
	 */
	public static final String HEADER = "X-Correlation-ID";

	/**
	 * Name of the id in the log.
	 */
	public static final String MDC_KEY = "correlationId";

	private static final String SPAN_KEY = "correlation.id";

	private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._~:/=+@-]{1,128}");

	private static final String ATTRIBUTE = CorrelationFilter.class.getName() + ".id";

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String id = id(request);
		response.setHeader(HEADER, id);
		MDC.put(MDC_KEY, id);
		try {
			chain.doFilter(request, response);
		}
		finally {
			MDC.remove(MDC_KEY);
		}
	}

	/**
	 * Return the id, which stays the same when a request is dispatched again.
	 */
	private static String id(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof String known) {
			return known;
		}
		List<String> sent = Collections.list(request.getHeaders(HEADER));
		String id = (sent.size() == 1 && WELL_FORMED.matcher(sent.get(0)).matches()) ? sent.get(0)
				: UUID.randomUUID().toString();
		request.setAttribute(ATTRIBUTE, id);
		ServerHttpObservationFilter.findObservationContext(request)
			.ifPresent((context) -> context.addHighCardinalityKeyValue(KeyValue.of(SPAN_KEY, id)));
		return id;
	}

}

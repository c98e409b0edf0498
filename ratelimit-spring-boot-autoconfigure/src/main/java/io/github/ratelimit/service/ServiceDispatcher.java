package io.github.ratelimit.service;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.web.http.HeaderField;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Hands requests to who answers them, after asking who sends them, and makes problem
 * documents of what goes wrong.
 */
final class ServiceDispatcher {

	private static final Log logger = LogFactory.getLog(ServiceDispatcher.class);

	private final ServiceAccess access;

	private final ThrottledErrors errors = new ThrottledErrors(logger);

	ServiceDispatcher(ServiceAccess access) {
		this.access = access;
	}

	/**
	 * Answer a request for a path of the service.
	 */
	ServerResponse handle(ServicePath path, ServerRequest request) {
		ServiceAnswer answer;
		try {
			answer = answer(path, request);
		}
		catch (ServiceException ex) {
			answer = ex.problem().toAnswer();
		}
		catch (IOException ex) {
			// Only bodies are read, and who has not sent it whole has likely gone
			logger.debug("The body of a request to the rate limit service cannot be read", ex);
			answer = ServiceProblem.badRequest("body", "it must be there whole").toAnswer();
		}
		catch (Exception ex) {
			ServerHttpObservationFilter.findObservationContext(request.servletRequest())
				.ifPresent((context) -> context.setError(ex));
			this.errors.report("A request to the rate limit service failed", ex);
			answer = ServiceProblem.error().toAnswer();
		}
		return response(answer);
	}

	private ServiceAnswer answer(ServicePath path, ServerRequest request) throws Exception {
		ServiceCaller caller = this.access.require(path.access(), request.servletRequest());
		if (path.handlers().isEmpty()) {
			throw new ServiceException(ServiceProblem.notFound("The service has nothing here."));
		}
		ServiceHandler handler = handler(path.handlers(), request.method());
		requireAccepted(path.type(), request.servletRequest());
		return handler.handle(
				new ServiceRequest(request.servletRequest(), caller, request.pathVariables().getOrDefault("rest", "")));
	}

	private static ServiceHandler handler(Map<HttpMethod, ServiceHandler> handlers, HttpMethod method) {
		ServiceHandler handler = handlers.get((method.equals(HttpMethod.HEAD)) ? HttpMethod.GET : method);
		if (handler == null) {
			List<String> allowed = handlers.keySet().stream().map(HttpMethod::name).toList();
			throw new ServiceException(ServiceProblem.methodNotAllowed(allowed));
		}
		return handler;
	}

	private static void requireAccepted(String type, HttpServletRequest request) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		if (type.isEmpty() || accept == null || accept.isBlank()) {
			return;
		}
		try {
			MediaType answer = MediaType.parseMediaType(type);
			if (MediaType.parseMediaTypes(accept).stream().anyMatch((accepted) -> accepted.includes(answer))) {
				return;
			}
		}
		catch (InvalidMediaTypeException ex) {
			// It names nothing that could be sent
		}
		throw new ServiceException(ServiceProblem.notAcceptable(type));
	}

	private static ServerResponse response(ServiceAnswer answer) {
		return ServerResponse.status(answer.status()).build((request, response) -> write(answer, response));
	}

	private static @Nullable ModelAndView write(ServiceAnswer answer, HttpServletResponse response) {
		// A route of the application may have set the same before
		for (HeaderField header : answer.headers()) {
			response.setHeader(header.name(), header.value());
		}
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		if (!answer.type().isEmpty()) {
			response.setContentType(answer.type());
			response.setContentLength(answer.body().length);
			writeBody(answer.body(), response);
		}
		return null;
	}

	private static void writeBody(byte[] body, HttpServletResponse response) {
		try {
			response.getOutputStream().write(body);
		}
		catch (IOException ex) {
			logger.debug("Nobody waits for an answer of the rate limit service any more", ex);
		}
	}

}

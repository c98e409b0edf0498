package io.github.ratelimit.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.server.RequestPath;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Shows the OpenAPI document of the service, with the path where it is found.
 */
final class OpenApiHandler implements ServiceHandler {

	private static final String RESOURCE = "openapi.json";

	private final ObjectNode document;

	private final String basePath;

	OpenApiHandler(String basePath) {
		this.document = (ObjectNode) ServiceJson.reread(text());
		this.basePath = basePath;
	}

	private static String text() {
		try (InputStream resource = OpenApiHandler.class.getResourceAsStream(RESOURCE)) {
			return new String(Objects.requireNonNull(resource, RESOURCE).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public ServiceAnswer handle(ServiceRequest request) {
		String path = pathOfServlet(request.servletRequest()) + this.basePath;
		ObjectNode answer = this.document.deepCopy();
		ArrayNode servers = answer.putArray("servers");
		servers.addObject().put("url", (path.isEmpty()) ? "/" : path);
		return ServiceAnswer.ok(answer);
	}

	/**
	 * Return what stands before paths that Spring MVC knows: of the application, and of
	 * its servlet.
	 */
	private static String pathOfServlet(HttpServletRequest request) {
		RequestPath path = ServletRequestPathUtils.getParsedRequestPath(request);
		return path.value().substring(0, path.value().length() - path.pathWithinApplication().value().length());
	}

}

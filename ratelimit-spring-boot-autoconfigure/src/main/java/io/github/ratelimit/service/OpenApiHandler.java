package io.github.ratelimit.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
		String path = request.servletRequest().getContextPath() + this.basePath;
		ObjectNode answer = this.document.deepCopy();
		ArrayNode servers = answer.putArray("servers");
		servers.addObject().put("url", (path.isEmpty()) ? "/" : path);
		return ServiceAnswer.ok(answer);
	}

}

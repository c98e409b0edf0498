package io.github.ratelimit.service;

import java.io.IOException;
import java.util.Collections;

import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Reads bodies of bounded length.
 */
final class RequestBody {

	private static final MediaType ANY_JSON = new MediaType("application", "*+json");

	private static final String IDENTITY = "identity";

	private RequestBody() {
	}

	/**
	 * Read a JSON object.
	 * @param maxBytes most bytes that are read
	 * @throws ServiceException if it is longer, of another type, encoded, or no JSON
	 * object
	 */
	static ObjectNode read(HttpServletRequest request, int maxBytes) throws IOException {
		if (!isJson(request.getContentType())) {
			throw new ServiceException(ServiceProblem.unsupportedType());
		}
		for (String encoding : Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING))) {
			if (!encoding.equalsIgnoreCase(IDENTITY)) {
				throw new ServiceException(ServiceProblem.unsupportedEncoding());
			}
		}
		if (request.getContentLengthLong() > maxBytes) {
			throw new ServiceException(ServiceProblem.tooLarge(maxBytes));
		}
		// The length need not be told, and one byte more says that it is too much
		byte[] body = request.getInputStream().readNBytes(maxBytes + 1);
		if (body.length > maxBytes) {
			throw new ServiceException(ServiceProblem.tooLarge(maxBytes));
		}
		return ServiceJson.read(body);
	}

	private static boolean isJson(String contentType) {
		if (contentType == null) {
			return false;
		}
		try {
			MediaType type = MediaType.parseMediaType(contentType);
			return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON) || ANY_JSON.includes(type);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}

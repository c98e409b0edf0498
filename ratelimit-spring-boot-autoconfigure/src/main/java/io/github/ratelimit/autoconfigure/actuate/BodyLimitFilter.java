package io.github.ratelimit.autoconfigure.actuate;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns away requests with a long body (413), or with a form (415), which is read by
 * other ways. The endpoint has no use for any, but Spring Boot reads it all into a map
 * before it asks the endpoint.
 */
final class BodyLimitFilter extends OncePerRequestFilter {

	static final int MAX_BYTES = 16 * 1024;

	private static final Pattern FORM = Pattern.compile("\\s*(multipart/|application/x-www-form-urlencoded)",
			Pattern.CASE_INSENSITIVE);

	private final String path;

	/**
	 * Create a filter.
	 * @param path path of the endpoint within the application
	 */
	BodyLimitFilter(String path) {
		this.path = path;
	}

	/**
	 * Return whether a request is none to the endpoint, neither as the container
	 * understands its path, nor as Spring MVC does, which goes by what was sent.
	 */
	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		String info = request.getPathInfo();
		String understood = request.getServletPath() + ((info != null) ? info : "");
		return !understood.contains(this.path) && !decoded(request.getRequestURI()).contains(this.path);
	}

	private static String decoded(String uri) {
		try {
			return PathContainer.parsePath(uri)
				.elements()
				.stream()
				.map((element) -> (element instanceof PathSegment segment) ? segment.valueToMatch() : element.value())
				.collect(Collectors.joining());
		}
		catch (IllegalArgumentException ex) {
			// Spring MVC does not understand it either
			return uri;
		}
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String type = request.getContentType();
		if (type != null && FORM.matcher(type).lookingAt()) {
			response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
			return;
		}
		if (request.getContentLengthLong() > MAX_BYTES) {
			response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
			return;
		}
		if (request.getContentLengthLong() >= 0) {
			chain.doFilter(request, response);
			return;
		}
		byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
		if (body.length > MAX_BYTES) {
			response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
			return;
		}
		chain.doFilter(new ReadRequest(request, body), response);
	}

	/**
	 * A request whose body, of which the length was not told, has been read.
	 */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final ServletInputStream body;

		ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = new ReadBody(new ByteArrayInputStream(body));
		}

		@Override
		public ServletInputStream getInputStream() {
			return this.body;
		}

		@Override
		public BufferedReader getReader() {
			return new BufferedReader(new InputStreamReader(this.body, StandardCharsets.UTF_8));
		}

	}

	private static final class ReadBody extends ServletInputStream {

		private final ByteArrayInputStream bytes;

		ReadBody(ByteArrayInputStream bytes) {
			this.bytes = bytes;
		}

		@Override
		public int read() {
			return this.bytes.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			return this.bytes.read(target, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.bytes.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new IllegalStateException("The body was read already");
		}

	}

}

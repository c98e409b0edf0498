package io.github.ratelimit.autoconfigure.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BodyLimitFilter}.
 */
class BodyLimitFilterTests {

	private final BodyLimitFilter filter = new BodyLimitFilter("/actuator/ratelimiter");

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final MockFilterChain chain = new MockFilterChain();

	private long taken;

	@Test
	void bodyWithoutEndIsNotReadOn() throws ServletException, IOException {
		this.filter.doFilter(chunked(Long.MAX_VALUE), this.response, this.chain);
		assertThat(this.response.getStatus()).isEqualTo(413);
		assertThat(this.taken).isEqualTo(BodyLimitFilter.MAX_BYTES + 1);
		assertThat(this.chain.getRequest()).isNull();
	}

	@Test
	void bodyWithinTheBoundIsPassedOn() throws ServletException, IOException {
		this.filter.doFilter(chunked(BodyLimitFilter.MAX_BYTES), this.response, this.chain);
		HttpServletRequest passed = (HttpServletRequest) this.chain.getRequest();
		assertThat(passed).isNotNull();
		assertThat(passed.getInputStream().readAllBytes()).hasSize(BodyLimitFilter.MAX_BYTES).containsOnly('x');
		assertThat(passed.getInputStream().isFinished()).isTrue();
	}

	@Test
	void bodyIsReadAsTextToo() throws ServletException, IOException {
		this.filter.doFilter(chunked(3), this.response, this.chain);
		HttpServletRequest passed = (HttpServletRequest) this.chain.getRequest();
		assertThat(passed).isNotNull();
		assertThat(passed.getReader().readLine()).isEqualTo("xxx");
	}

	@Test
	void bodyOfKnownLengthIsLeftAlone() throws ServletException, IOException {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/actuator/ratelimiter");
		request.setContent("{}".getBytes(StandardCharsets.UTF_8));
		this.filter.doFilter(request, this.response, this.chain);
		assertThat(this.chain.getRequest()).isSameAs(request);
	}

	@ParameterizedTest
	@CsvSource({ "/actuator/ratelimiter,413", "/actuator/ratelimiter/auth/../../x,413",
			"/actuator/ratelimiter/..;/..;,413", "/actuator/%72atelimiter/..;/..;,413", "/app/actuator/ratelimiter,413",
			"/actuator;x/ratelimiter,413", "/actuator/ratelimite%zz,200", "/actuator/health,200", "/upload,200" })
	void boundIsThatOfTheEndpointHoweverItsPathIsWritten(String uri, int status) throws ServletException, IOException {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", uri);
		request.setContent(new byte[BodyLimitFilter.MAX_BYTES + 1]);
		this.filter.doFilter(request, this.response, this.chain);
		assertThat(this.response.getStatus()).isEqualTo(status);
	}

	private HttpServletRequest chunked(long length) {
		return new HttpServletRequestWrapper(new MockHttpServletRequest("POST", "/actuator/ratelimiter")) {

			@Override
			public long getContentLengthLong() {
				return -1;
			}

			@Override
			public ServletInputStream getInputStream() {
				return new DelegatingServletInputStream(new InputStream() {

					@Override
					public int read() {
						return (BodyLimitFilterTests.this.taken++ < length) ? 'x' : -1;
					}

				});
			}

		};
	}

}

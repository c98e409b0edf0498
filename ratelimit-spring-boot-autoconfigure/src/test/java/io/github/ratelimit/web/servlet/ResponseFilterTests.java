package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.tier.RequestDecisions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResponseFilter}.
 */
class ResponseFilterTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final List<Integer> statuses = new ArrayList<>();

	private final ResponseFilter filter = new ResponseFilter();

	@BeforeEach
	void await() {
		RequestDecisions decisions = new RequestDecisions((all) -> {
		});
		decisions.whenResponded(this.statuses::add);
		RequestState.of(this.request).decisions(decisions, this.response);
	}

	@Test
	void responseOfTheChainIsComplete() throws ServletException, IOException {
		this.filter.doFilter(this.request, this.response, (request, response) -> this.response.setStatus(204));
		assertThat(this.statuses).containsExactly(204);
	}

	@Test
	void responseThatOthersHaveYetToMakeOfAnExceptionIsNot() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> fail(false));
		assertThat(this.statuses).isEmpty();
	}

	@Test
	void responseThatHadBegunIsCompleteWithAnException() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> fail(true));
		assertThat(this.statuses).containsExactly(200);
	}

	private void fail(boolean begun) throws ServletException, IOException {
		FilterChain chain = (request, response) -> {
			this.response.setCommitted(begun);
			throw new IOException("Broken pipe");
		};
		this.filter.doFilter(this.request, this.response, chain);
	}

}

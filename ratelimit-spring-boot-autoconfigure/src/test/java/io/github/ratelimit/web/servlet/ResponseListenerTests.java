package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.tier.RequestDecisions;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseListener}.
 */
class ResponseListenerTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final List<Integer> statuses = new ArrayList<>();

	private final ResponseListener listener = new ResponseListener();

	@BeforeEach
	void await() {
		this.request.setAsyncSupported(true);
		RequestDecisions decisions = new RequestDecisions((all) -> {
		});
		decisions.whenResponded(this.statuses::add);
		RequestState.of(this.request).decisions(decisions, this.response);
	}

	@Test
	void responseIsCompleteAtOnceUnlessItIsAsynchronous() {
		this.listener.watch(this.request, this.response);
		assertThat(this.statuses).containsExactly(200);
	}

	@Test
	void responseThatIsAsynchronousIsCompleteWhenItSaysSo() {
		MockAsyncContext async = startAsync();
		this.listener.watch(this.request, this.response);
		assertThat(this.statuses).isEmpty();
		this.response.setStatus(401);
		async.complete();
		assertThat(this.statuses).containsExactly(401);
	}

	/**
	 * Containers forget who listened, and tell them of the next time.
	 */
	@Test
	void responseThatIsAsynchronousAnewIsCompleteWhenItSaysSoTheNextTime() throws IOException {
		MockAsyncContext first = startAsync();
		this.listener.watch(this.request, this.response);
		MockAsyncContext next = startAsync();
		for (AsyncListener told : first.getListeners()) {
			told.onStartAsync(new AsyncEvent(next, this.request, this.response));
		}
		assertThat(this.statuses).isEmpty();
		this.response.setStatus(401);
		next.complete();
		assertThat(this.statuses).containsExactly(401);
	}

	private MockAsyncContext startAsync() {
		return (MockAsyncContext) this.request.startAsync(this.request, this.response);
	}

}

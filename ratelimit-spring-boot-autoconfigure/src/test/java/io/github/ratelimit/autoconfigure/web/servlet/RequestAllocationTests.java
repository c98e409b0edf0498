package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.mock.web.MockFilterConfig;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the filter allocates in a request, while counts are kept in memory.
 * Bytes are the same on every machine, but for what the compiler has found out by then:
 * bounds leave room for that.
 */
class RequestAllocationTests {

	private static final int CALLS = 10_000;

	private static final int ROUNDS = 5;

	private static final FilterChain NOTHING = (request, response) -> {
	};

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class))
		.withPropertyValues("ratelimit.tiers.fast.rate=1000000000/s", "ratelimit.routes[0].tier=fast",
				"ratelimit.routes[0].paths=/limited,/below/**");

	@Test
	void requestThatNothingLimitsAllocatesNextToNothing() {
		assertThat(bytes("/free")).isLessThan(450);
	}

	@Test
	void limitedRequestAllocatesLittleMoreThanTwoKilobytes() {
		assertThat(bytes("/limited")).isLessThan(2_700);
		assertThat(bytes("/below/limited")).isLessThan(2_700);
	}

	/**
	 * Return the bytes of one request, without those of the request itself.
	 */
	private long bytes(String path) {
		long[] bytes = new long[1];
		this.runner.run((context) -> {
			Filter filter = Objects
				.requireNonNull(context.getBean("rateLimitFilter", FilterRegistrationBean.class).getFilter());
			filter.init(new MockFilterConfig("rateLimitFilter"));
			Filter none = (request, response, chain) -> chain.doFilter(request, response);
			bytes[0] = least(filter, path) - least(none, path);
		});
		return bytes[0];
	}

	/**
	 * Return the bytes of one request in the best of several rounds, of which the first
	 * ones are not compiled.
	 */
	private long least(Filter filter, String path) throws IOException, ServletException {
		long least = Long.MAX_VALUE;
		for (int round = 0; round < ROUNDS; round++) {
			least = Math.min(least, measure(filter, path));
		}
		return least;
	}

	private long measure(Filter filter, String path) throws IOException, ServletException {
		long thread = Thread.currentThread().getId();
		long before = this.threads.getThreadAllocatedBytes(thread);
		for (int i = 0; i < CALLS; i++) {
			MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
			request.setServletPath(path);
			filter.doFilter(request, new MockHttpServletResponse(), NOTHING);
		}
		return (this.threads.getThreadAllocatedBytes(thread) - before) / CALLS;
	}

}

package io.github.ratelimit.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Objects;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.DelegatingServletOutputStream;
import org.springframework.mock.web.MockFilterConfig;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletConfig;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/**
 * Prints what one HTTP request costs, in time and in memory, that the filter admits or
 * refuses. Counts are kept in memory, and no network is between.
 */
public final class FilterCost {

	private static final int ROUNDS = 9;

	private static final int CALLS = 50_000;

	private static final Map<String, Object> PROPERTIES = Map.of("ratelimit.tiers.admitted.rate", "1000000000/s",
			"ratelimit.tiers.refused.rate", "1/d", "ratelimit.routes[0].tier", "admitted", "ratelimit.routes[0].paths",
			"/admitted", "ratelimit.routes[1].tier", "refused", "ratelimit.routes[1].paths", "/refused");

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final MockServletContext servletContext;

	private final Filter filter;

	private FilterCost(MockServletContext servletContext, Filter filter) {
		this.servletContext = servletContext;
		this.filter = filter;
	}

	/**
	 * Print the table.
	 * @param args none
	 * @throws Exception if a request fails
	 */
	public static void main(String[] args) throws Exception {
		MockServletContext servletContext = new MockServletContext();
		try (AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext()) {
			context.setServletContext(servletContext);
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("benchmark", PROPERTIES));
			context.register(Application.class, RateLimitAutoConfiguration.class,
					RateLimitServletAutoConfiguration.class);
			context.refresh();
			DispatcherServlet servlet = new DispatcherServlet(context);
			servlet.init(new MockServletConfig(servletContext));
			Filter filter = context.getBean("rateLimitFilter", FilterRegistrationBean.class).getFilter();
			Objects.requireNonNull(filter).init(new MockFilterConfig(servletContext, "rateLimitFilter"));
			new FilterCost(servletContext, filter).print(servlet);
		}
	}

	private void print(DispatcherServlet servlet) throws IOException, ServletException {
		FilterChain nothing = (request, response) -> {
		};
		Row[] rows = {
				new Row("the mock objects alone", "/admitted",
						(request, response, chain) -> chain.doFilter(request, response), nothing),
				new Row("the mock objects, asked and told what the filter asks and tells", "/admitted",
						(request, response, chain) -> touch((MockHttpServletRequest) request,
								(MockHttpServletResponse) response, chain),
						nothing),
				new Row("not limited, nothing behind the filter", "/other", this.filter, nothing),
				new Row("admitted, nothing behind the filter", "/admitted", this.filter, nothing),
				new Row("a controller that does nothing, without the filter", "/admitted",
						(request, response, chain) -> chain.doFilter(request, response), servlet::service),
				new Row("admitted, a controller that does nothing", "/admitted", this.filter, servlet::service),
				new Row("refused", "/refused", this.filter, servlet::service) };
		for (int round = -2; round < ROUNDS; round++) {
			for (Row row : rows) {
				measure(row, Math.max(round, 0));
			}
		}
		MarkdownTable table = new MarkdownTable("request", "microseconds", "bytes allocated");
		for (Row row : rows) {
			table.row(row.title, Spread.of(row.micros).text(Report::decimal),
					Spread.of(row.bytes).text((bytes) -> Report.number(Math.round(bytes))));
		}
		new Report()
			.print("One request: the median of %d alternating rounds of %s requests, and the least and the most."
				.formatted(ROUNDS, Report.number(CALLS)))
			.print(table)
			.print("Java %s. What a network and a server take is not in it, and is the same for all."
				.formatted(System.getProperty("java.version")));
	}

	/**
	 * Ask a request and tell its response what the filter does, and decide nothing.
	 */
	private static void touch(MockHttpServletRequest request, MockHttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		request.setAttribute("filtered", Boolean.TRUE);
		request.setAttribute("state", Boolean.TRUE);
		request.getHeader("Origin");
		request.getHeader("X-Forwarded-For");
		request.getHeader("Forwarded");
		response.setHeader("RateLimit-Limit", "1000000000");
		response.setHeader("RateLimit-Remaining", "999999999");
		response.setHeader("RateLimit-Reset", "1");
		chain.doFilter(request, response);
		request.removeAttribute("filtered");
	}

	private void measure(Row row, int round) throws IOException, ServletException {
		long thread = Thread.currentThread().getId();
		long bytes = this.threads.getThreadAllocatedBytes(thread);
		long start = System.nanoTime();
		for (int i = 0; i < CALLS; i++) {
			MockHttpServletRequest request = new MockHttpServletRequest(this.servletContext, "GET", row.path);
			request.setServletPath(row.path);
			row.filter.doFilter(request, new Response(), row.behind);
		}
		row.micros[round] = (System.nanoTime() - start) / 1_000.0 / CALLS;
		row.bytes[round] = (this.threads.getThreadAllocatedBytes(thread) - bytes) / (double) CALLS;
	}

	/**
	 * A kind of request, and what each round gave.
	 */
	private static final class Row {

		private final String title;

		private final String path;

		private final Filter filter;

		private final FilterChain behind;

		private final double[] micros = new double[ROUNDS];

		private final double[] bytes = new double[ROUNDS];

		Row(String title, String path, Filter filter, FilterChain behind) {
			this.title = title;
			this.path = path;
			this.filter = filter;
			this.behind = behind;
		}

	}

	/**
	 * A response that takes a body at once, as those of servers do.
	 */
	private static final class Response extends MockHttpServletResponse {

		private final ByteArrayOutputStream body = new ByteArrayOutputStream();

		@Override
		public ServletOutputStream getOutputStream() {
			return new DelegatingServletOutputStream(this.body) {

				@Override
				public void write(byte[] bytes, int offset, int length) {
					Response.this.body.write(bytes, offset, length);
				}

			};
		}

	}

	/**
	 * What is behind the filter.
	 */
	@EnableWebMvc
	@RestController
	static class Application {

		@GetMapping({ "/admitted", "/refused" })
		String answer() {
			return "answer";
		}

	}

}

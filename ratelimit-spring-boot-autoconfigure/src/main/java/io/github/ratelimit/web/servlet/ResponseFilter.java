package io.github.ratelimit.web.servlet;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Notes when responses are complete that the limiter's filter does not see completed:
 * those that a filter before it answers, also where it is asked for an exception. Comes
 * first. What leaves this filter as an exception comes again with its error page, unless
 * the response has begun: its status cannot change any more then.
 * <p>
 * A filter and no {@code ServletRequestListener}: for each attribute that anybody sets,
 * containers make an event as soon as there is one, whether it listens to attributes or
 * not.
 */
public final class ResponseFilter implements Filter {

	private final ResponseListener listener = new ResponseListener();

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		catch (IOException | ServletException | RuntimeException | Error ex) {
			if (response.isCommitted()) {
				this.listener.watch(request, response);
			}
			throw ex;
		}
		this.listener.watch(request, response);
	}

}

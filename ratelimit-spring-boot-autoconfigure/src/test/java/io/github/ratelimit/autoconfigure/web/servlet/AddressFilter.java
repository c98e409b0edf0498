package io.github.ratelimit.autoconfigure.web.servlet;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * Lets a test call from any address, which it tells in a header field.
 */
final class AddressFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String address = ((HttpServletRequest) request).getHeader("X-Address");
		chain.doFilter((address != null) ? new HttpServletRequestWrapper((HttpServletRequest) request) {

			@Override
			public String getRemoteAddr() {
				return address;
			}

		} : request, response);
	}

}

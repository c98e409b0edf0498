package io.github.ratelimit.web.servlet;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.identity.ForwardingHeader;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that servlet requests came from, found once for each request. Safe for
 * use by many threads.
 * <p>
 * Only the container's own request is looked at. What wraps it may believe a header that
 * anybody can send, as the {@code ForwardedHeaderFilter} of Spring does, and hide the
 * header.
 */
public final class ServletClientAddresses {

	/**
	 * Set by the {@code RemoteIpValve} of Tomcat on requests from a proxy it trusts. It
	 * has put the client in the place of the peer, and cut what it used off
	 * {@code X-Forwarded-For}.
	 */
	private static final String FORWARDED_BY_TOMCAT = "org.apache.tomcat.request.forwarded";

	private static final List<ForwardingHeader> FORWARDING_HEADERS = List.of(ForwardingHeader.values());

	private final ClientAddressResolver resolver;

	private final Findings findings;

	private volatile boolean reported;

	/**
	 * Create the knowledge of addresses.
	 * @param resolver finds the client behind proxies
	 * @param findings where it is told that proxies seem to be there and are not trusted
	 */
	public ServletClientAddresses(ClientAddressResolver resolver, Findings findings) {
		this.resolver = Objects.requireNonNull(resolver, "resolver must not be null");
		this.findings = Objects.requireNonNull(findings, "findings must not be null");
	}

	/**
	 * Return the address that a request came from.
	 * @return the address, {@code null} if the container names none
	 */
	@Nullable ClientAddress address(HttpServletRequest request) {
		return address(request, RequestState.of(request));
	}

	@Nullable ClientAddress address(HttpServletRequest request, RequestState state) {
		if (!state.isAddressKnown()) {
			state.address(find(unwrap(request)));
		}
		return state.address();
	}

	private @Nullable ClientAddress find(HttpServletRequest request) {
		boolean forwarded = Boolean.TRUE.equals(request.getAttribute(FORWARDED_BY_TOMCAT));
		if (!this.resolver.settings().trustsProxies()) {
			reportHeaders(request, forwarded);
			return this.resolver.resolve(request.getRemoteAddr());
		}
		if (!forwarded) {
			return this.resolver.resolve(request.getRemoteAddr(), (name) -> fields(request, name));
		}
		if (this.resolver.settings().hops() > 0) {
			// Nobody knows how many of the hops were taken already
			return this.resolver.resolve(request.getRemoteAddr());
		}
		return this.resolver.resolve(request.getRemoteAddr(), (name) -> remaining(request, name));
	}

	/**
	 * Return what Tomcat left of a header. It does not know {@code Forwarded}, which goes
	 * with the whole way and not with the rest of it.
	 */
	private List<String> remaining(HttpServletRequest request, String name) {
		return (name.equals(ForwardingHeader.FORWARDED.fieldName())) ? List.of() : fields(request, name);
	}

	private void reportHeaders(HttpServletRequest request, boolean forwarded) {
		if (this.reported || forwarded) {
			return;
		}
		for (ForwardingHeader header : FORWARDING_HEADERS) {
			if (request.getHeader(header.fieldName()) != null) {
				this.reported = true;
				this.findings.report(Check.UNTRUSTED_FORWARDING, "A request came with the header '" + header.fieldName()
						+ "', which is ignored: whoever comes through one proxy shares its address.");
				return;
			}
		}
	}

	private static List<String> fields(HttpServletRequest request, String name) {
		Enumeration<String> fields = request.getHeaders(name);
		return (fields != null) ? Collections.list(fields) : List.of();
	}

	private static HttpServletRequest unwrap(HttpServletRequest request) {
		HttpServletRequest innermost = request;
		ServletRequest current = request;
		while (current instanceof ServletRequestWrapper wrapper) {
			current = wrapper.getRequest();
			innermost = (current instanceof HttpServletRequest http) ? http : innermost;
		}
		return innermost;
	}

}

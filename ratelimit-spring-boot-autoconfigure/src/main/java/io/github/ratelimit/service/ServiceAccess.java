package io.github.ratelimit.service;

import java.util.List;

import io.github.ratelimit.check.ThrottledErrors;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.LogFactory;

/**
 * Lets callers do what they may, and nobody anything else. Safe for use by many threads.
 */
public final class ServiceAccess {

	private static final ServiceCaller ANYBODY = new ServiceCaller("anonymous", Access.OPEN);

	private final List<CallerSource> sources;

	private final ThrottledErrors refusals = ThrottledErrors.warnings(LogFactory.getLog(ServiceAccess.class));

	/**
	 * Create what asks several sources; the one that says most counts.
	 * @param sources who tell callers
	 */
	public ServiceAccess(List<CallerSource> sources) {
		this.sources = List.copyOf(sources);
	}

	/**
	 * Return who sends a request.
	 * @param needed what the request needs
	 * @throws ServiceException if the caller may not
	 */
	ServiceCaller require(Access needed, HttpServletRequest request) {
		if (needed == Access.OPEN) {
			return ANYBODY;
		}
		ServiceCaller best = null;
		for (CallerSource source : this.sources) {
			ServiceCaller caller = source.find(request);
			if (caller != null && (best == null || caller.access().compareTo(best.access()) > 0)) {
				best = caller;
			}
		}
		if (best == null) {
			throw new ServiceException(ServiceProblem.unauthorized());
		}
		if (best.access().compareTo(needed) < 0) {
			this.refusals.report("A caller of the rate limit service was refused, whose credential is not good for "
					+ ((needed == Access.ADMIN) ? "administration" : "checks"), null);
			throw new ServiceException(ServiceProblem.forbidden(needed));
		}
		return best;
	}

}

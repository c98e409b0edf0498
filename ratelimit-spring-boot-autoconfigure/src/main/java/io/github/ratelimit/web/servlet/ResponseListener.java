package io.github.ratelimit.web.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Notes when responses are complete, asynchronous ones too. Safe for use by many threads.
 */
final class ResponseListener implements AsyncListener {

	/**
	 * Note when the response to a request is complete, which may be now.
	 */
	void watch(ServletRequest request, ServletResponse response) {
		if (request.isAsyncStarted()) {
			request.getAsyncContext().addListener(this, request, response);
		}
		else {
			ServletRequests.responded(request);
		}
	}

	@Override
	public void onComplete(AsyncEvent event) {
		ServletRequests.responded(event.getSuppliedRequest());
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		// Who is late is answered by others, and then complete
	}

	@Override
	public void onError(AsyncEvent event) {
		// As above
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		event.getAsyncContext().addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
	}

}

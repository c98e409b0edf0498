package io.github.ratelimit.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The thread on which leases end. There is none while there are no leases.
 */
final class LeaseThread implements LeaseTimer {

	private static final Log logger = LogFactory.getLog(LeaseThread.class);

	private static final long IDLE_SECONDS = 10;

	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), LeaseThread::daemon, new ThreadPoolExecutor.DiscardPolicy());

	LeaseThread() {
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread daemon(Runnable work) {
		Thread thread = new Thread(work, "ratelimit-leases");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void after(long nanos, Runnable action) {
		CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, this.executor).execute(() -> {
			try {
				action.run();
			}
			catch (RuntimeException ex) {
				logger.warn("A lease was not ended as it should be", ex);
			}
		});
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

}

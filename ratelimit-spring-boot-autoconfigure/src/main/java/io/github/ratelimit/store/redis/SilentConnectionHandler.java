package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which something was sent and nothing comes back for long, as
 * when a server hangs or the network swallows packets. The system would keep it for a
 * quarter of an hour and more, while a Sentinel or a cluster has long put another server
 * in the place of that one; the client then connects anew, to whoever it is now.
 * <p>
 * One for each connection, used by its thread alone.
 */
final class SilentConnectionHandler extends ChannelDuplexHandler {

	private static final Log logger = LogFactory.getLog(SilentConnectionHandler.class);

	private final long patienceNanos;

	private boolean waiting;

	private long sentNanos;

	private @Nullable Future<?> check;

	SilentConnectionHandler(Duration patience) {
		this.patienceNanos = patience.toNanos();
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
		if (!this.waiting) {
			this.waiting = true;
			this.sentNanos = context.executor().ticker().nanoTime();
			if (this.check == null) {
				checkAfter(context, this.patienceNanos);
			}
		}
		super.write(context, message, promise);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
		this.waiting = false;
		super.channelRead(context, message);
	}

	/**
	 * One check is under way at most, which looks again later where it comes too early,
	 * so that a command costs no timer.
	 */
	private void checkAfter(ChannelHandlerContext context, long nanos) {
		this.check = context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
	}

	private void check(ChannelHandlerContext context) {
		this.check = null;
		if (this.waiting) {
			long left = this.patienceNanos - (context.executor().ticker().nanoTime() - this.sentNanos);
			if (left > 0) {
				checkAfter(context, left);
			}
			else {
				ChannelFuture closing = context.close();
				logger.debug("Redis at " + closing.channel().remoteAddress() + " answers nothing: connection closed");
			}
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) throws Exception {
		if (this.check != null) {
			this.check.cancel(false);
		}
		super.channelInactive(context);
	}

}

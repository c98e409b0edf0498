package io.github.ratelimit.fault;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * What an application whose log level is INFO, as is usual, has in its log of the limiter
 * and its client.
 */
final class LogLines implements AutoCloseable {

	private static final String OWN = "io.github.ratelimit";

	private final List<String> own = new CopyOnWriteArrayList<>();

	private final List<String> clients = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
				(event.getLoggerName().startsWith(OWN) ? LogLines.this.own : LogLines.this.clients)
					.add(event.toString());
			}
		}

	};

	private final List<Logger> loggers;

	LogLines() {
		LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
		this.appender.setContext(context);
		this.appender.start();
		this.loggers = Stream.of(OWN, "io.lettuce", "io.netty").map(context::getLogger).toList();
		this.loggers.forEach((logger) -> {
			logger.setLevel(Level.INFO);
			logger.addAppender(this.appender);
		});
	}

	/**
	 * Return what the limiter has said.
	 */
	List<String> own() {
		return List.copyOf(this.own);
	}

	/**
	 * Return what its client has said.
	 */
	List<String> clients() {
		return List.copyOf(this.clients);
	}

	@Override
	public void close() {
		this.loggers.forEach((logger) -> logger.detachAppender(this.appender));
		this.appender.stop();
	}

}

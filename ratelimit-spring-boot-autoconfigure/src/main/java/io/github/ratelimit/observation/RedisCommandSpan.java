package io.github.ratelimit.observation;

import java.util.Locale;

import io.github.ratelimit.observation.DecisionObservation.CommandKey;
import io.lettuce.core.protocol.CompleteableCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.tracing.Tracer;
import io.lettuce.core.tracing.Tracing;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One command to Redis under observation, from when it is written until its answer comes
 * or its connection is lost. A handler that fails does not keep the command from being
 * sent.
 */
final class RedisCommandSpan extends Tracer.Span {

	private static final Log logger = LogFactory.getLog(RedisCommandSpan.class);

	private final ObservationRegistry registry;

	private final Observation parent;

	private KeyValues server = KeyValues.empty();

	private @Nullable Observation observation;

	RedisCommandSpan(ObservationRegistry registry, Observation parent) {
		this.registry = registry;
		this.parent = parent;
	}

	@Override
	public Tracer.Span start(RedisCommand<?, ?, ?> command) {
		try {
			String name = command.getType().toString();
			Observation started = Observation
				.createNotStarted(DecisionObservation.REDIS_NAME, this::context, this.registry)
				.contextualName(name.toLowerCase(Locale.ROOT))
				.parentObservation(this.parent)
				.lowCardinalityKeyValues(this.server)
				.lowCardinalityKeyValue(CommandKey.SYSTEM.withValue("redis"))
				.lowCardinalityKeyValue(CommandKey.OPERATION.withValue(name))
				.start();
			this.observation = started;
			((CompleteableCommand<?>) command).onComplete((reply, error) -> ended(command, error));
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
		return this;
	}

	private SenderContext<Object> context() {
		SenderContext<Object> context = new SenderContext<>((carrier, key, value) -> {
		}, Kind.CLIENT);
		context.setRemoteServiceName("redis");
		return context;
	}

	private void ended(RedisCommand<?, ?, ?> command, @Nullable Throwable error) {
		try {
			if (command.getOutput() != null && command.getOutput().hasError()) {
				error(new RedisAnswerException(command.getOutput().getError()));
			}
			else if (error != null) {
				error(error);
			}
			finish();
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private static void failed(RuntimeException ex) {
		logger.debug("A command to Redis could not be observed", ex);
	}

	@Override
	public Tracer.Span name(String name) {
		return this;
	}

	@Override
	public Tracer.Span annotate(String value) {
		return this;
	}

	@Override
	public Tracer.Span tag(String key, String value) {
		return this;
	}

	@Override
	public Tracer.Span error(Throwable error) {
		if (this.observation != null) {
			this.observation.error(error);
		}
		return this;
	}

	@Override
	public Tracer.Span remoteEndpoint(Tracing.Endpoint endpoint) {
		if (endpoint instanceof RedisCommandTracing.Server peer) {
			this.server = KeyValues.of(CommandKey.ADDRESS.withValue(peer.address().getHostString()),
					CommandKey.PORT.withValue(Integer.toString(peer.address().getPort())));
		}
		return this;
	}

	@Override
	public void finish() {
		if (this.observation != null) {
			this.observation.stop();
		}
	}

	/**
	 * What the server answered in place of a result: the word its errors begin with.
	 */
	static final class RedisAnswerException extends RuntimeException {

		RedisAnswerException(@Nullable String answer) {
			super((answer != null) ? answer.split(" ", 2)[0] : "ERR", null, false, false);
		}

	}

}

package io.github.ratelimit.observation;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

import io.lettuce.core.tracing.TraceContext;
import io.lettuce.core.tracing.TraceContextProvider;
import io.lettuce.core.tracing.Tracer;
import io.lettuce.core.tracing.TracerProvider;
import io.lettuce.core.tracing.Tracing;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes each command to Redis an observation, as {@link DecisionObservation#REDIS} says.
 * Safe for use by many threads.
 * <p>
 * In place of Lettuce's own, which would make traces of what nobody has asked for, time
 * each command under the name of the application's own commands, and repeat errors of the
 * server with the keys they may hold.
 */
public final class RedisCommandTracing implements Tracing {

	private final ObservationRegistry registry;

	private final Tracer tracer = new CommandTracer();

	private final TraceContextProvider contextProvider = this::current;

	/**
	 * Create a tracing.
	 * @param registry who hears of observations, and knows what is observed on a thread
	 */
	public RedisCommandTracing(ObservationRegistry registry) {
		this.registry = Objects.requireNonNull(registry, "registry must not be null");
	}

	/**
	 * Return what is observed on the thread that sends a command; another one writes it.
	 */
	private @Nullable TraceContext current() {
		Observation observation = this.registry.getCurrentObservation();
		return (observation != null && !observation.isNoop()) ? new Parent(observation) : null;
	}

	@Override
	public TracerProvider getTracerProvider() {
		return () -> this.tracer;
	}

	@Override
	public TraceContextProvider initialTraceContextProvider() {
		return this.contextProvider;
	}

	@Override
	public boolean isEnabled() {
		return true;
	}

	@Override
	public boolean includeCommandArgsInSpanTags() {
		return false;
	}

	@Override
	public Endpoint createEndpoint(SocketAddress socketAddress) {
		return (socketAddress instanceof InetSocketAddress address) ? new Server(address)
				: Tracing.disabled().createEndpoint(socketAddress);
	}

	/**
	 * What a command is observed under.
	 */
	private record Parent(Observation observation) implements TraceContext {

	}

	/**
	 * Where a command goes.
	 */
	record Server(InetSocketAddress address) implements Endpoint {

	}

	/**
	 * Makes a span for each command that has a parent.
	 */
	private final class CommandTracer extends Tracer {

		private static final Tracer NONE = Tracing.disabled().getTracerProvider().getTracer();

		@Override
		public Span nextSpan() {
			return NONE.nextSpan();
		}

		@Override
		public Span nextSpan(@Nullable TraceContext context) {
			return (context instanceof Parent parent)
					? new RedisCommandSpan(RedisCommandTracing.this.registry, parent.observation()) : NONE.nextSpan();
		}

	}

}

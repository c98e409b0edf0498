package io.github.ratelimit.check;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;

/**
 * Tells of errors of one kind, such as those of one expression: of the first, and then at
 * most once a minute, with how many there were in between. Safe for use by many threads.
 */
public final class ThrottledErrors {

	// More than anybody wraps; causes may be a ring
	private static final int MAX_CAUSES = 50;

	// Faults whose messages have names and types alone
	private static final Set<SpelMessage> NAMES_ONLY = EnumSet.of(SpelMessage.TYPE_CONVERSION_ERROR,
			SpelMessage.CONSTRUCTOR_NOT_FOUND, SpelMessage.METHOD_NOT_FOUND, SpelMessage.TYPE_NOT_FOUND,
			SpelMessage.FUNCTION_NOT_DEFINED, SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE_ON_NULL,
			SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE, SpelMessage.METHOD_CALL_ON_NULL_OBJECT_NOT_ALLOWED,
			SpelMessage.CANNOT_INDEX_INTO_NULL_VALUE, SpelMessage.NOT_COMPARABLE,
			SpelMessage.INDEXING_NOT_SUPPORTED_FOR_TYPE, SpelMessage.OPERATOR_NOT_SUPPORTED_BETWEEN_TYPES);

	private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final Consumer<String> tell;

	private final Consumer<Throwable> trace;

	private final LongSupplier nanoTime;

	private long untold;

	private boolean told;

	private long toldAt;

	/**
	 * Create what tells of one kind of errors.
	 * @param logger where errors are told, and where the whole of their causes is traced
	 * at debug level
	 */
	public ThrottledErrors(Log logger) {
		this(logger::error, (cause) -> logger.debug("The cause of it", cause), System::nanoTime);
	}

	ThrottledErrors(Consumer<String> tell, Consumer<Throwable> trace, LongSupplier nanoTime) {
		this.tell = Objects.requireNonNull(tell, "tell must not be null");
		this.trace = Objects.requireNonNull(trace, "trace must not be null");
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	/**
	 * Create what tells of one kind of errors as warnings.
	 * @param logger where they are told
	 * @return what tells of them
	 */
	public static ThrottledErrors warnings(Log logger) {
		return new ThrottledErrors(logger::warn, (cause) -> logger.debug("The cause of it", cause), System::nanoTime);
	}

	/**
	 * Tell of an error, if it is time. Of its cause only the type is told, and what is
	 * wrong with an expression: any other message may hold what a caller has sent.
	 * @param message what happened
	 * @param cause why, {@code null} if the message says all
	 */
	public void report(String message, @Nullable Throwable cause) {
		long others = take(this.nanoTime.getAsLong());
		if (others < 0) {
			return;
		}
		this.tell.accept(message + ((cause != null) ? ", because of " + types(cause) + fault(cause) : "")
				+ ((others > 0) ? "; and " + others + " more since the last such line" : ""));
		if (cause != null) {
			this.trace.accept(cause);
		}
	}

	/**
	 * Return the type of a cause, and of what is at the root of it.
	 */
	private static String types(Throwable cause) {
		Throwable root = cause;
		for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
			root = root.getCause();
		}
		return (root == cause) ? cause.getClass().getName()
				: cause.getClass().getName() + " by " + root.getClass().getName();
	}

	/**
	 * Return what is wrong with an expression, if that is the cause.
	 * @return what to put after the type of the cause, the code alone of what may quote a
	 * value
	 */
	private static String fault(Throwable cause) {
		Throwable current = cause;
		for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
			if (current instanceof SpelEvaluationException ex) {
				String message = ex.getSimpleMessage();
				return ": " + ((NAMES_ONLY.contains(ex.getMessageCode())) ? message : message.split(":", 2)[0]);
			}
			current = current.getCause();
		}
		return "";
	}

	/**
	 * Count one error.
	 * @return how many were not told of before it, -1 if it is not told of either
	 */
	private synchronized long take(long now) {
		if (this.told && now - this.toldAt < INTERVAL_NANOS) {
			this.untold++;
			return -1;
		}
		long others = this.untold;
		this.untold = 0;
		this.told = true;
		this.toldAt = now;
		return others;
	}

}

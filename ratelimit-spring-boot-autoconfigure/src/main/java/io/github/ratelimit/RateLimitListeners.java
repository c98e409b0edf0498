package io.github.ratelimit;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Several listeners as one, each told whatever the others do. Safe for use by many
 * threads.
 */
public final class RateLimitListeners implements RateLimitListener {

	private static final Logger logger = System.getLogger(RateLimitListeners.class.getName());

	private static final RateLimitListener[] NONE = {};

	private final Supplier<List<RateLimitListener>> supplier;

	private final Set<RateLimitListener> failed = ConcurrentHashMap.newKeySet();

	// An array, to go through which makes nothing
	private volatile RateLimitListener @Nullable [] listeners;

	/**
	 * Create a listener that tells others.
	 * @param supplier gives the others, asked when there is something to tell for the
	 * first time
	 */
	public RateLimitListeners(Supplier<List<RateLimitListener>> supplier) {
		this.supplier = Objects.requireNonNull(supplier, "supplier must not be null");
	}

	/**
	 * Return a listener that tells the given one and does not fail where that does.
	 */
	static RateLimitListeners of(RateLimitListener listener) {
		Objects.requireNonNull(listener, "listener must not be null");
		return (listener instanceof RateLimitListeners several) ? several
				: new RateLimitListeners(() -> List.of(listener));
	}

	/**
	 * Return whether there is nobody to tell.
	 */
	boolean isEmpty() {
		return listeners().length == 0;
	}

	@Override
	public boolean ignores(Outcome outcome) {
		for (RateLimitListener listener : listeners()) {
			if (!ignores(listener, outcome)) {
				return false;
			}
		}
		return true;
	}

	private boolean ignores(RateLimitListener listener, Outcome outcome) {
		try {
			return listener.ignores(outcome);
		}
		catch (RuntimeException ex) {
			failed(listener, ex);
			return false;
		}
	}

	@Override
	public void onDecision(RateLimitEvent event) {
		for (RateLimitListener listener : listeners()) {
			if (ignores(listener, event.decision().outcome())) {
				continue;
			}
			try {
				listener.onDecision(event);
			}
			catch (RuntimeException ex) {
				failed(listener, ex);
			}
		}
	}

	@Override
	public void onStoreError(String operation, Throwable error) {
		for (RateLimitListener listener : listeners()) {
			try {
				listener.onStoreError(operation, error);
			}
			catch (RuntimeException ex) {
				failed(listener, ex);
			}
		}
	}

	private void failed(RateLimitListener listener, RuntimeException ex) {
		if (this.failed.add(listener)) {
			logger.log(Level.WARNING,
					"Rate limit listener " + listener + " failed; when it fails again nothing is logged", ex);
		}
	}

	private RateLimitListener[] listeners() {
		RateLimitListener[] known = this.listeners;
		if (known != null) {
			return known;
		}
		try {
			known = List.copyOf(this.supplier.get()).toArray(NONE);
			this.listeners = known;
			return known;
		}
		catch (RuntimeException ex) {
			// Asked while listeners are being made; they hear of what comes later
			logger.log(Level.DEBUG, "Rate limit listeners are not there yet", ex);
			return NONE;
		}
	}

}

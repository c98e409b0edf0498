package io.github.ratelimit;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Several listeners as one, each told whatever the others do. Safe for use by many
 * threads.
 */
public final class RateLimitListeners implements RateLimitListener {

	private static final Logger logger = System.getLogger(RateLimitListeners.class.getName());

	private final Supplier<List<RateLimitListener>> supplier;

	private final Set<RateLimitListener> failed = ConcurrentHashMap.newKeySet();

	private volatile @Nullable List<RateLimitListener> listeners;

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
		return listeners().isEmpty();
	}

	@Override
	public void onDecision(RateLimitEvent event) {
		tell((listener) -> listener.onDecision(event));
	}

	@Override
	public void onStoreError(String operation, Throwable error) {
		tell((listener) -> listener.onStoreError(operation, error));
	}

	private void tell(Consumer<RateLimitListener> news) {
		for (RateLimitListener listener : listeners()) {
			try {
				news.accept(listener);
			}
			catch (RuntimeException ex) {
				if (this.failed.add(listener)) {
					logger.log(Level.WARNING,
							"Rate limit listener " + listener + " failed; when it fails again nothing is logged", ex);
				}
			}
		}
	}

	private List<RateLimitListener> listeners() {
		List<RateLimitListener> known = this.listeners;
		if (known != null) {
			return known;
		}
		try {
			known = List.copyOf(this.supplier.get());
			this.listeners = known;
			return known;
		}
		catch (RuntimeException ex) {
			// Asked while listeners are being made; they hear of what comes later
			logger.log(Level.DEBUG, "Rate limit listeners are not there yet", ex);
			return List.of();
		}
	}

}

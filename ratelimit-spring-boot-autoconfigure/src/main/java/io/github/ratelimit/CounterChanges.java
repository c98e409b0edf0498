package io.github.ratelimit;

import java.util.List;
import java.util.function.Consumer;

/**
 * Tells the other instances of an application that counters have got units back, for
 * those who remember what a shared store said of them. Safe for use by many threads.
 * <p>
 * Messages may be lost and are never waited for: who remembers anything must not do so
 * for long.
 */
public interface CounterChanges {

	/**
	 * Tells nobody and hears nothing.
	 */
	CounterChanges NONE = new CounterChanges() {

		@Override
		public void tell(Change change) {
		}

		@Override
		public void listen(Consumer<Change> listener) {
		}

	};

	/**
	 * Tell of a change: those who listen in this instance at once, the others in the
	 * background.
	 * @param change what has changed, in the shared store already
	 */
	void tell(Change change);

	/**
	 * Be told of changes, of each once: those that other instances make, and those that
	 * are told here.
	 * @param listener is told, on a thread that must not be blocked
	 */
	void listen(Consumer<Change> listener);

	/**
	 * What has become of counters.
	 *
	 * @param kind how they got units back
	 * @param counters which counters; empty if it may be any of them, because they were
	 * too many to be named
	 */
	record Change(Kind kind, List<Counter.Id> counters) {

		/**
		 * Create a change.
		 */
		public Change {
			counters = List.copyOf(counters);
		}

	}

	/**
	 * How counters got units back.
	 */
	enum Kind {

		/**
		 * All was forgotten that had been charged.
		 */
		RESET,

		/**
		 * Some of what had been charged was given back.
		 */
		REFUND

	}

}

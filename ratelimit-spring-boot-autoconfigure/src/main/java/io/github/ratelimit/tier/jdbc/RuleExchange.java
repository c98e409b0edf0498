package io.github.ratelimit.tier.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What instances leave each other of rules, besides the database. Nothing depends on it:
 * it fails without a word, and takes no time to speak of.
 */
public interface RuleExchange {

	/**
	 * No exchange.
	 */
	RuleExchange NONE = new RuleExchange() {

		@Override
		public void open(Runnable changed) {
		}

		@Override
		public void announce() {
		}

		@Override
		public void keep(String copy) {
		}

		@Override
		public void prolong() {
		}

		@Override
		public @Nullable String find() {
			return null;
		}

	};

	/**
	 * Begin to hear of changes that others announce.
	 * @param changed called then, on a thread that must not be blocked
	 */
	void open(Runnable changed);

	/**
	 * Tell the others that rules have changed.
	 */
	void announce();

	/**
	 * Keep a copy of the rules, for a time.
	 * @param copy the copy
	 */
	void keep(String copy);

	/**
	 * Have the copy kept for some more time, whatever it is.
	 */
	void prolong();

	/**
	 * Return the copy of whoever kept one last.
	 * @return the copy, {@code null} if there is none or it cannot be told
	 */
	@Nullable String find();

}

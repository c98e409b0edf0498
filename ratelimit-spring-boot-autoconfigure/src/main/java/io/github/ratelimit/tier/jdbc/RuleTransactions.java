package io.github.ratelimit.tier.jdbc;

import java.util.Objects;
import java.util.function.Supplier;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Work on the database beside whatever transaction the caller is in. Safe for use by many
 * threads.
 */
final class RuleTransactions {

	// Each time somebody else was quicker, and has made progress
	private static final int MAX_ATTEMPTS = 10;

	private static final TransactionDefinition OWN = new DefaultTransactionDefinition(
			TransactionDefinition.PROPAGATION_REQUIRES_NEW);

	private final PlatformTransactionManager manager;

	private final TransactionTemplate none;

	RuleTransactions(PlatformTransactionManager manager) {
		this.manager = manager;
		this.none = new TransactionTemplate(manager,
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NOT_SUPPORTED));
	}

	/**
	 * Do something in no transaction.
	 */
	<T> T without(Supplier<T> work) {
		return Objects.requireNonNull(this.none.execute((status) -> work.get()));
	}

	/**
	 * Do something in a transaction of its own, and anew when others were quicker, by
	 * what they have left.
	 */
	<T> T repeatedly(Supplier<T> change) {
		for (int attempt = 1;; attempt++) {
			try {
				return inOwn(change);
			}
			catch (DuplicateKeyException | ConcurrencyFailureException ex) {
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Do something in a transaction of its own. Where the database does not answer, it
	 * cannot be rolled back either, of which the template would make an error in the log.
	 */
	private <T> T inOwn(Supplier<T> work) {
		TransactionStatus status = this.manager.getTransaction(OWN);
		T result;
		try {
			result = work.get();
		}
		catch (RuntimeException | Error ex) {
			rollBack(status, ex);
			throw ex;
		}
		this.manager.commit(status);
		return result;
	}

	private void rollBack(TransactionStatus status, Throwable reason) {
		try {
			this.manager.rollback(status);
		}
		catch (RuntimeException ex) {
			reason.addSuppressed(ex);
		}
	}

}

package io.github.ratelimit.identity;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a request tells of its caller besides who and where it is. Nothing of it is
 * verified. Used by one thread, while the request is in progress.
 */
public interface CallerDetails {

	/**
	 * Details of a caller who made no request.
	 */
	CallerDetails NONE = new CallerDetails() {

		@Override
		public List<String> headers(String name) {
			return List.of();
		}

		@Override
		public @Nullable String sessionId() {
			return null;
		}

		@Override
		public @Nullable Object request() {
			return null;
		}

	};

	/**
	 * Return the values of a header field.
	 * @param name name of the field, in any case
	 * @return the values in their order, one for each line of the header; empty if there
	 * is no such field
	 */
	List<String> headers(String name);

	/**
	 * Return the id of the caller's session.
	 * @return the id, {@code null} if there is no valid session; none is made
	 */
	@Nullable String sessionId();

	/**
	 * Return the request itself, for expressions.
	 * @return the request, {@code null} if none is in progress
	 */
	@Nullable Object request();

}

package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where the rules that hold come from, for people to read.
 *
 * @param source where they come from
 * @param readAt when they were read from there, {@code null} for those of the
 * configuration
 * @param failingSince since when they cannot be read from where they are kept,
 * {@code null} while they can
 * @param error why they cannot, without secrets; {@code null} while they can
 * @param skipped what is kept there and cannot be used
 */
public record RulesStatus(Source source, @Nullable Instant readAt, @Nullable Instant failingSince,
		@Nullable String error, List<SkippedRule> skipped) {

	/**
	 * Status of rules that are kept in the configuration only.
	 */
	public static final RulesStatus CONFIGURED = new RulesStatus(Source.CONFIGURATION, null, null, null, List.of());

	/**
	 * Check the status, and copy the list.
	 */
	public RulesStatus {
		Objects.requireNonNull(source, "source must not be null");
		skipped = List.copyOf(skipped);
	}

	/**
	 * Where rules come from.
	 */
	public enum Source {

		/**
		 * The configuration alone.
		 */
		CONFIGURATION,

		/**
		 * Where they are kept, over those of the configuration.
		 */
		REPOSITORY,

		/**
		 * A copy that an instance has left of those, because they could not be read since
		 * this one has started.
		 */
		COPY

	}

}

package io.github.ratelimit;

import java.io.Serial;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where a tier is named that does not exist.
 */
public class UnknownTierException extends IllegalArgumentException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String tier;

	private final @Nullable String place;

	private final List<String> known;

	/**
	 * Create the exception for a name.
	 * @param tier the name that is not a tier's
	 * @param place where the name stands, {@code null} if that is not known
	 * @param known names of the tiers there are
	 */
	public UnknownTierException(String tier, @Nullable String place, Collection<String> known) {
		super("There is no rate limit tier '" + tier + "'" + ((place != null) ? ", named by " + place : "")
				+ "; there are " + String.join(", ", known.stream().sorted().toList()));
		this.tier = tier;
		this.place = place;
		this.known = known.stream().sorted().toList();
	}

	/**
	 * Return the name that is not a tier's.
	 * @return the name
	 */
	public String getTier() {
		return this.tier;
	}

	/**
	 * Return where the name stands.
	 * @return the place, {@code null} if it is not known
	 */
	public @Nullable String getPlace() {
		return this.place;
	}

	/**
	 * Return the names of the tiers there are, sorted.
	 * @return the names
	 */
	public List<String> getKnown() {
		return this.known;
	}

}

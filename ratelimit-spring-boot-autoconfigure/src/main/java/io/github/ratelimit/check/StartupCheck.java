package io.github.ratelimit.check;

/**
 * Looks for something that is likely a mistake. Beans of this type are asked once, when
 * all beans are there and no request was taken.
 */
@FunctionalInterface
public interface StartupCheck {

	/**
	 * Look for it.
	 * @param findings where to report what is found
	 */
	void run(Findings findings);

}

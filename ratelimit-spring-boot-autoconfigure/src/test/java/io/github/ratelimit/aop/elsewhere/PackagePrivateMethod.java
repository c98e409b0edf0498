package io.github.ratelimit.aop.elsewhere;

import io.github.ratelimit.annotation.RateLimited;

/**
 * A class whose limited method subclasses in other packages do not see.
 */
public class PackagePrivateMethod {

	@RateLimited("ten")
	void hidden() {
	}

}

/**
 * What of the configuration is likely a mistake, and what to do about it: found when the
 * application starts, or when an expression or a bean of it fails.
 */
@NullMarked
package io.github.ratelimit.check;

import org.jspecify.annotations.NullMarked;

/**
 * What of the configuration is likely a mistake, and what to do about it.
 */
@NullMarked
package io.github.ratelimit.check;

import org.jspecify.annotations.NullMarked;

/**
 * Auto-configuration of the checks that are made when the application starts.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.check;

import org.jspecify.annotations.NullMarked;
